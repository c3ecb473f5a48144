"""The rules by which a schedule is due: moments in order, right on both nights the clocks change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from rpa.calendars import Calendar
from rpa.calendars.wall import moment_of, moments_of, wall_of
from rpa.schedules.crontab import Crontab

_A_CHANGE = timedelta(hours=3)
"""More than clocks are ever changed by."""


class Rule(Protocol):
    """When something is due."""

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments (UTC) after a moment, in order, each once."""


@dataclass(frozen=True, slots=True)
class ByCron:
    """By the clock on the wall.

    Hours that are named (`30 1 * * *`) come once a day: a time that the spring night leaves out at the first moment
    after the gap, one that the autumn night has twice at the first of the two. A cron for every hour (`*/15 * * * *`)
    keeps its pace: nothing in the hour that is left out, and both times in the hour that comes twice.
    """

    crontab: Crontab
    zone: ZoneInfo

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments (UTC) after a moment, in order, each once."""
        walls = self.crontab.walls(wall_of(after, self.zone) - _A_CHANGE)
        yield from _later(self._paced(walls) if self.crontab.hourly else self._once_a_day(walls), after)

    def _once_a_day(self, walls: Iterator[datetime]) -> Iterator[datetime]:
        return (moment_of(wall, self.zone) for wall in walls)

    def _paced(self, walls: Iterator[datetime]) -> Iterator[datetime]:
        waiting: list[datetime] = []
        for wall in walls:
            for moment in moments_of(wall, self.zone):
                heappush(waiting, moment)
            # Whatever comes later on the wall is not due before this one is for the first time.
            while waiting and waiting[0] <= moment_of(wall, self.zone):
                yield heappop(waiting)


@dataclass(frozen=True, slots=True)
class ByInterval:
    """In spans of true time from a start on, whatever the clocks on the wall do."""

    every: timedelta
    start: datetime

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments (UTC) after a moment, in order, each once."""
        trigger = IntervalTrigger(seconds=self.every.total_seconds(), start_date=self.start, timezone=UTC)
        moment: datetime = trigger.get_next_fire_time(None, after)
        while True:
            if moment > after:
                yield moment
            moment = trigger.get_next_fire_time(moment, moment)


@dataclass(frozen=True, slots=True)
class Once:
    """At one moment."""

    at: datetime

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moment (UTC) if it is after that moment."""
        yield from _later(iter([DateTrigger(self.at, timezone=UTC).get_next_fire_time(None, after)]), after)


@dataclass(frozen=True, slots=True)
class ByWorkingDay:
    """At a time of one working day of each month, from its end if the number is negative."""

    number: int
    time: timedelta
    calendar: Calendar
    zone: ZoneInfo

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments (UTC) after a moment, in order; none in a month that has not so many working days."""
        yield from _later(self._all(wall_of(after, self.zone)), after)

    def _all(self, wall: datetime) -> Iterator[datetime]:
        for months in range(12 * wall.year + wall.month - 1, 12 * MAXYEAR):
            day = self.calendar.working_day_of_month(months // 12, months % 12 + 1, self.number)
            if day is not None:
                yield moment_of(datetime.combine(day, datetime.min.time()) + self.time, self.zone)


def _later(moments: Iterator[datetime], after: datetime) -> Iterator[datetime]:
    last = after
    for moment in moments:
        if moment > last:
            yield moment
            last = moment
