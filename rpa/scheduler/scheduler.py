"""The scheduler: turns due times into jobs, each exactly once however many workers run it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby

from loguru import logger
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from rpa.db.away import is_away
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, RecordError, RpaError, UsageError
from rpa.models import Actor, ActorKind
from rpa.planning import check_params
from rpa.scheduler.decisions import Decision, Ended, decide
from rpa.scheduler.files import NoFile, newest_files
from rpa.scheduler.firings import AlreadyDecided, Firings
from rpa.scheduler.pauses import Pauses
from rpa.schedules import Due, Schedule, calendar_of, schedules_of

_NEVER = datetime.max.replace(tzinfo=UTC)


class Scheduler:
    """Decides due times. Any number may run at once: what one decides, the others find decided.

    `now` tells the present, if it is not to be the one that all workers of the database share.
    """

    def __init__(self, desk: Desk, schedules: Sequence[Schedule], *, now: Callable[[], datetime] | None = None) -> None:
        self._desk = desk
        self._now = now or desk.leases.shared_now
        self.schedules = schedules
        self.firings = Firings(desk.database, desk.record, self._now)
        self.pauses = Pauses(desk.database, desk.record, self._now)
        self._next: dict[str, datetime] = {}
        self._begun: set[str] = set()
        self._last = datetime.min.replace(tzinfo=UTC)

    def tick(self) -> None:
        """Decide every due time that was not decided yet.

        To be called about once a second; while nothing is due it does not ask the database. What is wrong with one
        schedule doesn't hold up the others: it is raised when all were looked at.
        """
        now = self._now()
        if now < self._last:  # the clock went back: what was far ahead by the old time may be due soon
            self._next.clear()
            self._begun.clear()
        self._last = now
        failed: list[Exception] = []
        for one in self.schedules:
            if self._next.get(one.name, now) <= now:
                self._tick(one, now, failed)
        if failed:
            raise failed[0]

    def get(self, name: str) -> Schedule:
        """Return the schedule of that name.

        Raises:
            NotFoundError: There is none.
        """
        for one in self.schedules:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.schedules) or "none"
        raise NotFoundError(f"there is no schedule {name!r}; there are: {known}")

    def pause(self, name: str, *, by: Actor, why: str) -> None:
        """Let a schedule start no job until it is resumed.

        Raises:
            NotFoundError: There is no such schedule.
            UsageError: It is paused already.
        """
        self.pauses.begin(self.get(name).name, by=by, why=why)

    def resume(self, name: str, *, by: Actor, why: str) -> None:
        """Let a schedule start jobs again. What was due until now stays undone, also if nobody ran in the meantime.

        Raises:
            NotFoundError: There is no such schedule.
            UsageError: It is not paused.
        """
        one = self.get(name)
        if self.pauses.of(name) is not None:
            with suppress(AlreadyDecided):  # by a worker, which sees the pause as well
                self._decide(one, self._now())
        self.pauses.end(name, by=by, why=why)

    def _tick(self, one: Schedule, now: datetime, failed: list[Exception]) -> None:
        try:
            self._decide(one, now)
        except AlreadyDecided:
            return  # by another at this very moment: the next tick sees what is left
        except Exception as error:
            if is_away(error):
                raise
            failed.append(error)
            return
        following = next(one.dues(now), None)
        self._next[one.name] = following.at if following else _NEVER

    def _decide(self, one: Schedule, now: datetime) -> None:
        if one.name not in self._begun:
            self.firings.begin(one, now)
            self._begun.add(one.name)
        dues = one.due_between(self.firings.decided_until(one.name, now), now)
        if not dues:
            return
        pause = self.pauses.of(one.name)
        decisions = decide(one, dues, now, pause=str(pause) if pause else None)
        for fires, some in groupby(decisions, key=lambda decision: decision.ended == Ended.FIRED):
            if fires:
                for decision in some:
                    self._fire(one, decision.due)
            else:
                self.firings.note(one.name, list(some))

    def _fire(self, one: Schedule, due: Due) -> None:
        try:
            instead = self._busy(one, due) or self._submit(one, due)
        except AlreadyDecided:
            return
        if instead is not None:
            self.firings.note(one.name, [instead])

    def _busy(self, one: Schedule, due: Due) -> Decision | None:
        still = self.firings.still_open(one.name) if one.asked.overlap == "skip" else None
        return None if still is None else Decision(due, Ended.SKIPPED, f"still running: job {still}")

    def _submit(self, one: Schedule, due: Due) -> Decision | None:
        """Make the job of a due time; return what became of it instead if there is none to be made."""
        try:
            return self._make_job(one, due)
        except (AlreadyDecided, SQLAlchemyError, RecordError) as error:
            # Another worker's job of the very same rows can be in the way before its firing is.
            if isinstance(error, IntegrityError) and self.firings.is_decided(one.name, due):
                return None
            raise
        except NoFile as error:
            return Decision(due, Ended.FAILED, str(error))
        except RpaError as error:
            return Decision(due, Ended.FAILED, str(error), told="its files or parameters were refused")
        except Exception as error:  # of the workflow's plan, or of a share; its message may hold a row of the sheet
            logger.warning("schedule {} could not read or plan its files: {}", one.name, type(error).__name__)
            return Decision(due, Ended.FAILED, f"its files could not be read or planned ({type(error).__name__})")

    def _make_job(self, one: Schedule, due: Due) -> Decision | None:
        def also(connection: Connection, job_id: int) -> None:
            self.firings.fired(connection, one.name, due, job_id)

        inputs = self._desk.workflows.get(one.asked.workflow).inputs
        made = self._desk.submit(
            one.asked.workflow,
            newest_files(one.asked.files, inputs),
            by=Actor(ActorKind.SCHEDULE, one.name),
            params=one.asked.params,
            dry_run=one.asked.dry_run,
            again=one.asked.again,
            timing=one.timing(due),
            also=also,
        )
        return None if made.is_new else self._same_as(made.job.id, due)

    def _same_as(self, job_id: int, due: Due) -> Decision:
        """Say that the files are no new ones: somebody sent them by hand, or no newer ones were put there."""
        if self.firings.made(job_id):
            return Decision(due, Ended.FAILED, f"no new file was there: the newest is that of job {job_id}")
        return Decision(due, Ended.SKIPPED, f"the same files were sent by hand: job {job_id}")


def make_scheduler(desk: Desk, *, now: Callable[[], datetime] | None = None) -> Scheduler:
    """Return the scheduler of an installation; `now` as for `Scheduler`.

    Raises:
        UsageError: A schedule is wrong, or names a workflow, parameters or a number of files that can't be; the
            message names the schedule.
    """
    schedules = schedules_of(desk.settings, calendar_of(desk.settings))
    for one in schedules:
        _check(desk, one)
    return Scheduler(desk, schedules, now=now)


def _check(desk: Desk, one: Schedule) -> None:
    try:
        workflow = desk.workflows.get(one.asked.workflow)
        check_params(workflow, one.asked.params)
        if len(one.asked.files) != len(workflow.inputs):
            names = ", ".join(workflow.inputs)
            raise UsageError(f"found {len(one.asked.files)} files, expected one for each input of "
                             f"{workflow.name}: {names}")  # fmt: skip
    except (UsageError, NotFoundError) as error:
        raise UsageError(f"schedule {one.name!r} is wrong: {error}; mend [schedules.{one.name}] in rpa.toml") from None
