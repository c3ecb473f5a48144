"""The calendar and the schedules of the settings; an error names the part of `rpa.toml` that is wrong."""

from rpa.calendars import Calendar
from rpa.exceptions import UsageError
from rpa.schedules.schedule import Schedule, make_schedule
from rpa.settings import ScheduleSettings, Settings


def schedules_of(settings: Settings, calendar: Calendar) -> list[Schedule]:
    """Return the schedules of the settings.

    Raises:
        UsageError: One is wrong; the message names it.
    """
    return [_named(name, asked, calendar) for name, asked in settings.schedules.items()]


def calendar_of(settings: Settings) -> Calendar:
    """Return the calendar of the settings.

    Raises:
        UsageError: A part of it is wrong.
    """
    asked = settings.calendar
    try:
        return Calendar(zone=asked.zone, week=asked.week, hours=asked.hours, closed=asked.closed)
    except UsageError as error:
        raise UsageError(f"[calendar] in rpa.toml is wrong: {error}") from None


def _named(name: str, asked: ScheduleSettings, calendar: Calendar) -> Schedule:
    try:
        return make_schedule(name, asked, calendar)
    except UsageError as error:
        raise UsageError(f"schedule {name!r} is wrong: {error}; mend [schedules.{name}] in rpa.toml") from None
