"""What becomes of each due time: it starts a job, or it says why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rpa.calendars.wall import said
from rpa.schedules import Due, Schedule


class Ended(StrEnum):
    """What became of a due time."""

    FIRED = "fired"
    """It made a job."""
    SKIPPED = "skipped"
    """By a rule: a closed day, a pause, the job before still open."""
    MISSED = "missed"
    """Nobody ran at that time, and now it is too late."""
    FAILED = "failed"
    """A job should have started, and its files or parameters were not as they must be."""
    STARTED = "started"
    """No due time: since when the schedule is looked after."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One due time with what is to become of it."""

    due: Due
    ended: Ended
    why: str | None = None
    told: str | None = None
    """What the record and an alarm say in place of `why`, where that may name a file."""

    @property
    def is_alarming(self) -> bool:
        """Whether a person must know that no job was made."""
        return self.ended in (Ended.MISSED, Ended.FAILED)


def decide(schedule: Schedule, dues: Sequence[Due], now: datetime, *, pause: str | None) -> list[Decision]:
    """Say what becomes of due times that nobody has decided yet, in their order.

    Of several that wait at once only the newest makes a job, unless all are to be caught up; so a worker that comes
    back after a night does not begin with the jobs of each hour of it.
    """
    newest = max((due.at for due in dues if due.fires), default=now)
    return [_decide(schedule, due, now, pause=pause, newest=newest) for due in dues]


def _decide(schedule: Schedule, due: Due, now: datetime, *, pause: str | None, newest: datetime) -> Decision:
    is_late, catch_up = now - due.at > schedule.late, schedule.asked.catch_up
    if not due.fires:
        return Decision(due, Ended.SKIPPED, due.closed)
    if pause is not None:
        return Decision(due, Ended.SKIPPED, pause)
    if catch_up == "all" or (due.at == newest and (catch_up == "last" or not is_late)):
        return Decision(due, Ended.FIRED)
    if is_late and catch_up == "none":
        return Decision(due, Ended.MISSED, f"nobody saw it before {said(now, schedule.zone)}")
    return Decision(due, Ended.SKIPPED, f"the time of {said(newest, schedule.zone)} stands for it")
