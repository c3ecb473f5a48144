"""`rpa work`: the worker of this machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from loguru import logger

from rpa.answers.postings import Postings
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.progress import WorkProgress
from rpa.cli.screen import print_json, say
from rpa.console.uploads import Uploads
from rpa.copies import Address, Copier, HeadStream
from rpa.db.away import if_there, patiently
from rpa.desk import Desk
from rpa.duties import Checks, Duties, Duty, tidy_logs
from rpa.exports.kept import KeptExports
from rpa.inbox import Inbox
from rpa.mailbox import Mailbox
from rpa.postman import Postman
from rpa.postman.connection import trusted
from rpa.runpage import write_due_pages, write_run_page
from rpa.runpage.words import counted, verdict
from rpa.scheduler import make_scheduler
from rpa.secrets import Secrets
from rpa.secrets.dumps import forbid_core_dumps
from rpa.settings import MOST_SLOTS
from rpa.states import JobState
from rpa.supervisor import Supervisor

_SECONDS_BETWEEN_LOOKS = 0.5
Slots = Annotated[
    int | None,
    Parameter(
        help="How many items are worked on at once, each with its own browser.", validator=Number(gte=1, lte=MOST_SLOTS)
    ),
]
_PATIENCE = 30.0
"""Seconds that the last words of a worker wait for a database that is away."""
UntilIdle = Annotated[bool, Parameter(help="End when nothing is left to do, nor lies in the drop folder or is due.")]


def work(*, slots: Slots = None, until_idle: UntilIdle = False, options: Common = COMMON) -> Exit:
    """Do what waits in the queue, until told to stop: Ctrl+C finishes the step in hand and gives the item back.

    With --until-idle it ends by itself: 0 when all is done, 6 when items of the jobs it worked on need a person.
    """
    return work_until(bool, slots=slots, until_idle=until_idle, options=options)


def work_until(until: Callable[[], bool], *, slots: int | None, options: Common, until_idle: bool = False,
               told: Event | None = None) -> Exit:  # fmt: skip
    """Do what waits until told to stop, or until `until` says so; then everything ends in good order.

    `told` is set if a signal told it to stop, also while it ended because of `until`.
    """
    forbid_core_dumps()
    with opened(options.dir, make=True) as desk:
        with _pages_may_wait():
            write_due_pages(desk)
        quiet = options.json or desk.settings.logs.terminal
        attempts, jobs = _work(desk, until, slots=slots, until_idle=until_idle, quiet=quiet, told=told or Event())
        return patiently(lambda: _end(desk, jobs, attempts, as_json=options.json), until=Event(), seconds=_PATIENCE)


def _end(desk: Desk, jobs: list[int], attempts: int, *, as_json: bool) -> Exit:
    with _pages_may_wait():
        write_due_pages(desk)
    return _tell(desk, jobs, attempts, as_json=as_json)


def _work(desk: Desk, until: Callable[[], bool], *, slots: int | None, until_idle: bool,
          quiet: bool, told: Event) -> tuple[int, list[int]]:  # fmt: skip
    with WorkProgress(desk.clock, quiet=quiet) as progress:
        foreman = Foreman(desk, progress)
        count = desk.settings.worker.slots if slots is None else slots
        if not until_idle:
            started = "1 slot" if count == 1 else f"{count} slots"
            progress.line(f"Working with {started} until stopped. Ctrl+C ends it in good order.")
        supervisor = Supervisor(desk, count, after_round=foreman.after_round, duties=_duties(desk))
        made = supervisor.run(until_idle=until_idle, until=until)
        if supervisor.was_told:
            told.set()
        patiently(foreman.look, until=Event(), seconds=_PATIENCE)
        return made, sorted(foreman.jobs)


def _duties(desk: Desk) -> Duties:
    """Return what every worker does beside its items; each is done once, however many workers there are."""
    secrets = Secrets(desk.settings.secrets_dir)
    postman = Postman(desk.database, desk.settings.alarms, desk.clock, secrets)
    checks = Checks(desk.database, desk.settings, desk.clock)
    duties = [
        Duty("schedules", 1, make_scheduler(desk).tick, brings_work=True),
        Duty("drop folder", 2, Inbox(desk).tick, brings_work=True),
        Duty("mailbox", 2, Mailbox(desk, secrets).tick, brings_work=True),
        Duty("alarms", 2, postman.tick),
        Duty("checks", 5, checks.tick),
        Duty("unstarted files", 600, Uploads(desk.database, desk.evidence, desk.clock).tidy),
        Duty("files of entries", 3600, KeptExports(desk.database, desk.evidence, desk.clock).tidy),
        Duty("seals", desk.settings.record.seal_every, desk.sealing.tick),
        Duty("postings of the record", 5, Postings(desk.database, desk.clock).tick),
        Duty("copies of seals", 5, Copier(desk.database, desk.settings, desk.clock, secrets).tick),
        Duty("logs", 3600, partial(tidy_logs, desk.settings, desk.clock)),
        Duty("run pages", 10, partial(write_due_pages, desk)),
    ]
    if desk.settings.record.syslog is not None:
        where = Address.parse(desk.settings.record.syslog)
        heads = HeadStream(desk.database, desk.clock, where, certificates=partial(trusted, desk.settings.alarms))
        duties.append(Duty("live stream of the record", 1, heads.tick))
    return Duties(duties, desk.clock, at_end=desk.database.close_thread)


class Foreman:
    """Looks after the attempts: shows the progress, and writes the page of a job that is done."""

    def __init__(self, desk: Desk, progress: WorkProgress) -> None:
        self._desk = desk
        self._progress = progress
        self._unseen: list[int] = []
        self._look_at = 0.0
        self.jobs = set[int]()

    def after_item(self, job_id: int) -> None:
        """Take notice of one attempt, and look at once."""
        self._unseen.append(job_id)
        self.look()

    def after_round(self, job_ids: Sequence[int]) -> None:
        """Take notice of what has ended in a round of the supervisor; look now and then."""
        self._unseen += job_ids
        if self._desk.clock.monotonic() >= self._look_at:
            self.look()

    def look(self) -> None:
        """Look at the jobs that attempts have ended of since the last look."""
        unseen = self._unseen
        if not unseen:
            return
        self.jobs.update(unseen)
        self._progress.attempted(len(unseen), self._desk.views.open_items())
        done = [job_id for job_id in sorted(set(unseen)) if self._desk.views.job(job_id).state == JobState.COMPLETED]
        self._unseen = []
        for job_id in done:
            if_there(partial(self._desk.sealing.cover, f"job-{job_id}"))
            with _pages_may_wait():
                page = write_run_page(self._desk, job_id)
                self._progress.line(f"Job {job_id} is completed; its run page is {page}")
        self._look_at = self._desk.clock.monotonic() + _SECONDS_BETWEEN_LOOKS


@contextmanager
def _pages_may_wait() -> Iterator[None]:
    """Let no page stop the work: one that has no room now is written when there is some."""
    try:
        yield
    except OSError as error:
        logger.warning("a run page could not be written: {}", type(error).__name__)


def _tell(desk: Desk, jobs: list[int], attempts: int, *, as_json: bool) -> Exit:
    totals = {job_id: desk.views.totals(job_id) for job_id in jobs}
    if as_json:
        told = [{"job": job_id, "totals": one.as_dict()} for job_id, one in totals.items()]
        print_json({"attempts": attempts, "jobs": told})
    elif not jobs and (still := desk.views.open_items()):
        say(f"Nothing could be done now: {counted(still, 'item')} wait. `rpa systems` says which system is not in use.")
    elif not jobs:
        say("Nothing waits. Jobs start when somebody submits files: rpa submit WORKFLOW FILE…")
    else:
        for job_id, one in totals.items():
            say(f"Job {job_id}: {verdict(one, dry_run=desk.views.job(job_id).dry_run)}")
    return Exit.NEEDS_PERSON if any(one.failed for one in totals.values()) else Exit.DONE
