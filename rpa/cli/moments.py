"""Reads the moments that people give to commands: those of the trust's own clocks."""

from datetime import UTC, datetime

from rpa.calendars import Calendar
from rpa.calendars.wall import moment_of
from rpa.exceptions import UsageError


def moment(text: str, calendar: Calendar, *, option: str) -> datetime:
    """Return the moment of a day or time.

    Raises:
        UsageError: It is neither.
    """
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"found {option} {text!r}, expected a UK date or time such as 2026-12-01 07:00") from None
    return wall.astimezone(UTC) if wall.tzinfo else moment_of(wall, calendar.zone)
