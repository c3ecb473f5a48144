"""The trust's working days and hours: England's bank holidays, weekends and its own closed days."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from rpa.calendars.spans import WorkingSpan, working_span
from rpa.calendars.wall import moment_of, wall_of, zone_of
from rpa.calendars.week import days_of, times_of_day
from rpa.exceptions import UsageError

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 366
"""Days after which a search for a working day is given up: something is wrong with the settings."""


class Calendar:
    """Working days, working hours, and deadlines counted in them.

    A day is meant as the trust's clocks show it; a moment is aware, and returned in UTC. A working day lasts from the
    beginning of the working hours to their end, whatever the clocks do that day.

    Args:
        zone: Whose clocks are meant.
        week: Days of the week on which the trust works.
        hours: Its working hours.
        closed: Its own closed days, with a name for each.

    Raises:
        UsageError: One of these can't be read.
    """

    def __init__(self, *, zone: str = "Europe/London", week: str = "mon-fri", hours: str = "09:00-17:00",
                 closed: Mapping[date, str] | None = None) -> None:  # fmt: skip
        self.zone = zone_of(zone)
        self._start, self._end = times_of_day(hours)
        if self._end > _DAY:
            raise UsageError(f"the working hours {hours!r} pass midnight, expected start and end of one day")
        self._week = days_of(week)
        self._closed = dict(closed or {})
        self._holidays = _bank_holidays()

    def is_working_day(self, day: date) -> bool:
        """Whether the trust works on a day."""
        return self.why_closed(day) is None

    def why_closed(self, day: date) -> str | None:
        """Return why it is no working day: the trust's name for it, the bank holiday or the weekday; None if it is."""
        if day in self._closed:
            return self._closed[day]
        return self._holidays.get(day) or (None if day.weekday() in self._week else f"{day:%A}")

    def next_working_day(self, day: date) -> date:
        """Return the first working day after a day."""
        return self._search(day, _DAY)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before a day."""
        return self._search(day, -_DAY)

    def working_day_of_month(self, year: int, month: int, n: int) -> date | None:
        """Return the n-th working day of a month, from its end if n is negative; None if it has not so many."""
        days = [date(year, month, number + 1) for number in range(monthrange(year, month)[1])]
        working = [day for day in days if self.is_working_day(day)]
        return working[n - 1 if n > 0 else n] if 1 <= abs(n) <= len(working) else None

    def add_working_time(self, start: datetime, span: str | timedelta) -> datetime:
        """Return the first moment by which a span of working time has passed since `start`.

        Hours and minutes count only while the trust works. Working days end with the working hours of the n-th
        working day after the day of `start`, whatever the time of `start`.

        Raises:
            UsageError: The span is none, such as "4 working hours" or "2 working days".
        """
        wanted = WorkingSpan(time=span) if isinstance(span, timedelta) else working_span(span)
        if wanted.days:
            return self._close_of(self._working_day_after(wall_of(start, self.zone).date(), wanted.days))
        return self._after_hours(start.astimezone(UTC), wanted.time)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments; negative if the second is the earlier."""
        if end < start:
            return -self.working_time_between(end, start)
        total = timedelta()
        for opens, closes in self._shifts(start):
            if opens >= end:
                break
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return total

    def deadline(self, start: datetime, text: str) -> datetime:
        """Return the moment of a deadline that is told as working time after `start`, or as a local date or time.

        A date alone ends with that day's working hours, whether or not it is a working day.

        Raises:
            UsageError: The text is none of these.
        """
        try:
            wall = datetime.fromisoformat(text.strip())
        except ValueError:
            return self.add_working_time(start, text)
        if len(text.strip()) <= len("2026-12-01"):
            return self._close_of(wall.date())
        return wall.astimezone(UTC) if wall.tzinfo else moment_of(wall, self.zone)

    def _search(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_CLOSURE):
            day += step
            if self.is_working_day(day):
                return day
        raise UsageError("the calendar has no working day in a year, expected some; mend [calendar] in rpa.toml")

    def _working_day_after(self, day: date, number: int) -> date:
        for _ in range(number):
            day = self.next_working_day(day)
        return day

    def _after_hours(self, start: datetime, left: timedelta) -> datetime:
        if not left:
            return start
        for opens, closes in self._shifts(start):
            begin = max(opens, start)
            if closes - begin >= left:
                return begin + left
            left -= max(timedelta(), closes - begin)
        raise AssertionError("the shifts of a calendar never end")

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working hours of each working day from that of `start` on."""
        day = wall_of(start, self.zone).date() - _DAY
        while True:
            day = self.next_working_day(day)
            yield moment_of(_at(day, self._start), self.zone), self._close_of(day)

    def _close_of(self, day: date) -> datetime:
        return moment_of(_at(day, self._end), self.zone, second=True)


def _at(day: date, since_midnight: timedelta) -> datetime:
    return datetime.combine(day, datetime.min.time()) + since_midnight


def _bank_holidays() -> Mapping[date, str]:
    from holidays import country_holidays  # takes as long to import as a short command takes in all

    days: Mapping[date, str] = country_holidays("GB", subdiv="ENG")
    return days
