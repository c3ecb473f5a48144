"""How many days of a cancer wait have passed, and on which day it becomes a breach."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

IsWorkingDay = Callable[[date], bool]
_DAY = timedelta(days=1)
TWO_WEEK_WAIT = "Two week wait"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which the patient could not be treated; the day of return counts as waiting again."""

    starts_on: date
    returns_on: date | None = None
    """None while the patient is still away."""


class State(StrEnum):
    """How one wait stands; the first is what must be looked at first."""

    BREACHED = "breached"
    SOON = "soon"
    WITHIN = "within"
    MET = "met"
    MISSED = "missed"
    """It ended, and too late."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait of a pathway: when it began, when it ended if it has, and how many days it may take."""

    target: int
    starts_on: date
    ended_on: date | None = None
    pauses: tuple[Pause, ...] = ()

    def days(self, today: date) -> int:
        """Return the days that count: the day it began is day 0, and paused days are taken off."""
        end = self.ended_on or today
        return max(0, (end - self.starts_on).days - self._paused(end))

    def last_day(self, today: date) -> date:
        """Return the last day on which it may end without a breach."""
        return self.starts_on + timedelta(days=self.target + self._paused(self.ended_on or today))

    def breach_on(self, today: date) -> date:
        """Return the first day on which it is a breach."""
        return self.last_day(today) + _DAY

    def state(self, today: date, *, soon: int, is_working_day: IsWorkingDay) -> State:
        """Say how it stands; `soon` is the number of working days that may be left to be at risk."""
        late = self.days(today) > self.target
        if self.ended_on:
            return State.MISSED if late else State.MET
        if late:
            return State.BREACHED
        left = working_days_left(today, self.last_day(today), is_working_day)
        return State.SOON if left <= soon else State.WITHIN

    def _paused(self, end: date) -> int:
        return paused_days(self.pauses, self.starts_on, end)


def paused_days(pauses: Iterable[Pause], start: date, end: date) -> int:
    """Return the paused days between two days; a day in two pauses is taken off once."""
    total, counted_to = 0, start
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        begins, returns = max(pause.starts_on, counted_to), min(pause.returns_on or end, end)
        if returns > begins:
            total += (returns - begins).days
            counted_to = returns
    return total


def working_days_left(today: date, last_day: date, is_working_day: IsWorkingDay) -> int:
    """Return how many working days come after today, up to the last day and with it."""
    days = (today + timedelta(days=number) for number in range(1, (last_day - today).days + 1))
    return sum(is_working_day(day) for day in days)


def dna_ends_pathway(priority: str, *, clinically_discharged: bool) -> bool:
    """Say whether missing the first appointment ends the pathway, so that a new booking starts a new one.

    On two week wait it goes on unless a clinician discharged the patient; on routine and urgent it ends (RTT code 33).
    """
    return priority != TWO_WEEK_WAIT or clinically_discharged
