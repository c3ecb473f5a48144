"""Reads the days and times that people give to commands: those of the trust's own clocks."""

from datetime import UTC, date, datetime, time, timedelta

from rpa.calendars import Calendar
from rpa.calendars.wall import moment_of
from rpa.exceptions import UsageError


def moment(text: str, calendar: Calendar, *, option: str, whole_day: bool = False) -> datetime:
    """Return the moment of a day or time; with `whole_day` a day alone means its end.

    Raises:
        UsageError: It is neither.
    """
    said = text.strip()
    try:
        if whole_day and len(said) == len("2026-12-01"):
            day_after = date.fromisoformat(said) + timedelta(days=1)
            return moment_of(datetime.combine(day_after, time.min), calendar.zone)
        wall = datetime.fromisoformat(said)
    except ValueError:
        raise UsageError(f"found {option} {text!r}, expected a UK date or time such as 2026-12-01 07:00") from None
    return wall.astimezone(UTC) if wall.tzinfo else moment_of(wall, calendar.zone)
