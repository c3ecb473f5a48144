"""Due times on working days: what is not on one is left out, or moved to the next or the one before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from heapq import heappop, heappush
from itertools import count, groupby
from zoneinfo import ZoneInfo

from rpa.calendars import Calendar
from rpa.calendars.wall import moment_of, wall_of
from rpa.schedules.rules import Rule


@dataclass(frozen=True, slots=True)
class Due:
    """One time at which a schedule is due, or would be if its day were a working day."""

    at: datetime
    """When (UTC)."""
    closed: str | None = None
    """Why its day is no working day; None if it is, or if any day will do."""
    moved_from: datetime | None = None
    """The time it had before it was moved away from that day."""

    @property
    def fires(self) -> bool:
        """Whether something is to be done then."""
        return self.closed is None or self.moved_from is not None


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """What becomes of the times of a rule that are not on a working day: `skip`, `next` or `previous`."""

    on_closed: str
    calendar: Calendar
    zone: ZoneInfo

    def dues(self, rule: Rule, after: datetime) -> Iterator[Due]:
        """Yield the due times after a moment, in order. Two that come to be at the same moment are one."""
        moments = rule.moments(self._begin(after))
        later = (due for due in self._in_order(moments) if due.at > after)
        return (min(same, key=_by_itself) for _, same in groupby(later, key=lambda due: due.at))

    def _begin(self, after: datetime) -> datetime:
        """Return from when on the rule is asked: what is moved to the next working day was due before."""
        if self.on_closed != "next":
            return after
        return self._midnight(self.calendar.previous_working_day(wall_of(after, self.zone).date()))

    def _in_order(self, moments: Iterator[datetime]) -> Iterator[Due]:
        waiting: list[tuple[datetime, int, Due]] = []
        number = count()
        for moment in moments:
            day = wall_of(moment, self.zone).date()
            due = self._placed(moment, day)
            heappush(waiting, (due.at, next(number), due))
            earliest = self._earliest(moment, day)
            while waiting and waiting[0][0] < earliest:
                yield heappop(waiting)[2]
        while waiting:
            yield heappop(waiting)[2]

    def _placed(self, moment: datetime, day: date) -> Due:
        closed = self.calendar.why_closed(day)
        if closed is None or self.on_closed == "skip":
            return Due(moment, closed)
        return Due(self._same_time(moment, self._move(day)), closed, moved_from=moment)

    def _earliest(self, moment: datetime, day: date) -> datetime:
        """Return before what moment nothing can come to be any more that is due at this moment or later."""
        if self.on_closed != "previous":
            return moment
        return self._midnight(day if self.calendar.is_working_day(day) else self._move(day))

    @property
    def _move(self) -> Callable[[date], date]:
        return self.calendar.previous_working_day if self.on_closed == "previous" else self.calendar.next_working_day

    def _same_time(self, moment: datetime, day: date) -> datetime:
        return moment_of(datetime.combine(day, wall_of(moment, self.zone).time()), self.zone)

    def _midnight(self, day: date) -> datetime:
        return moment_of(datetime.combine(day, time()), self.zone)


def _by_itself(due: Due) -> tuple[bool, datetime]:
    return due.moved_from is not None, due.moved_from or due.at
