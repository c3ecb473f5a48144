"""Reads a cron expression as cron means it, and hands it to APScheduler, which means two things otherwise.

In cron, Sunday is day 0 and 7 of the week (for APScheduler day 0 is Monday), and where both the day of the month and
the day of the week are limited, a day needs to be one of the two, not both (crontab(5)).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from itertools import groupby

from apscheduler.triggers.cron import CronTrigger

from rpa.calendars.week import DAYS
from rpa.exceptions import UsageError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")


class Crontab:
    """The times of a cron expression on the wall's clock, which knows nothing of summer and winter.

    Raises:
        UsageError: The expression is wrong, or no day is ever meant.
    """

    def __init__(self, text: str) -> None:
        fields = text.lower().split()
        if len(fields) != len(_FIELDS):
            raise UsageError(f"found cron {text!r}, expected five fields: {', '.join(_FIELDS).replace('_', ' ')}")
        try:
            self._triggers = [CronTrigger(**one, timezone=UTC) for one in _meant(fields)]
        except ValueError as error:
            raise UsageError(f"found cron {text!r}: {error}; expected such as '0 6 * * mon-fri'") from None
        self.hourly = fields[1].startswith("*")
        """Whether it is due all day long, and so goes by spans of time rather than by hours that are named."""
        if next(self.walls(datetime(2026, 1, 1)), None) is None:  # noqa: DTZ001 - what a wall's clock shows
            raise UsageError(f"found cron {text!r}, expected a day that there is: this one never comes")

    def walls(self, after: datetime) -> Iterator[datetime]:
        """Yield the naive times after a naive time, in order."""
        streams = [_times(trigger, after.replace(tzinfo=UTC)) for trigger in self._triggers]
        return (wall.replace(tzinfo=None) for wall, _ in groupby(merge(*streams)))


def _times(trigger: CronTrigger, after: datetime) -> Iterator[datetime]:
    last: datetime | None = after
    while (last := trigger.get_next_fire_time(last, last)) is not None:
        yield last


def _meant(fields: list[str]) -> list[dict[str, str]]:
    """Return what APScheduler is to be asked for: one set of fields, or two where either kind of day will do."""
    minute, hour, day, month, day_of_week = fields
    always = {"minute": _checked(minute), "hour": _checked(hour), "month": _checked(_numbered(month, _MONTHS, 1))}
    by_month, by_week = {"day": _checked(day)}, {"day_of_week": _days_of_week(day_of_week)}
    if day.startswith("*") or day_of_week.startswith("*"):
        return [always | by_month | by_week]
    return [always | by_month, always | {"day": "*"} | by_week]


def _checked(field: str) -> str:
    for part in field.split(","):
        if not _PART.fullmatch(part):
            raise ValueError(f"{part!r} is not a number, a range or *")
    return field


def _days_of_week(field: str) -> str:
    """Return the days by name, each one written out."""
    numbers = (number for part in _numbered(field, DAYS, 1).split(",") for number in _numbers(part))
    found = {DAYS[(number - 1) % 7] for number in numbers}
    return ",".join(day for day in DAYS if day in found)


def _numbers(part: str) -> range:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"{part!r} is no day of the week")
    first, last, step = found.groups()
    if first is None:
        return range(0, 7, int(step or 1))
    start, end = int(first), int(last) if last else 6 if step else int(first)
    if max(start, end) > 7 or step == "0":
        raise ValueError(f"{part!r} is no range of days, which are 0 to 7 from Sunday to Sunday")
    return range(start, end + 1 if start <= end else end + 8, int(step or 1))


def _numbered(field: str, names: tuple[str, ...], first: int) -> str:
    for number, name in enumerate(names, first):
        field = re.sub(rf"\b{name}\b", str(number), field)
    return field
