"""Reads days of the week and times of the day: `mon-fri`, `07:00-19:00`."""

import re
from datetime import timedelta

from rpa.exceptions import UsageError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def days_of(text: str) -> frozenset[int]:
    """Return the days that are meant, 0 for Monday: `mon-fri`, `mon,wed`, `fri-sun`, `daily`.

    Raises:
        UsageError: It names no days.
    """
    if text.lower() == "daily":
        return frozenset(range(7))
    return frozenset(day for part in text.lower().split(",") for day in _range(part.strip(), text))


def time_of_day(text: str) -> timedelta:
    """Return a time as the span since midnight: `07:00`, up to `24:00`.

    Raises:
        UsageError: It is no time.
    """
    found = _TIME.fullmatch(text.strip())
    since_midnight = timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None
    if found is None or since_midnight is None or int(found[2]) > 59 or since_midnight > DAY:
        raise UsageError(f"found {text!r}, expected a time such as 07:00")
    return since_midnight


def times_of_day(text: str) -> tuple[timedelta, timedelta]:
    """Return start and end as spans since midnight; an end that is not after its start is one of the next day.

    Raises:
        UsageError: It is no start and end.
    """
    first, dash, last = text.partition("-")
    if not dash:
        raise UsageError(f"found {text!r}, expected start and end such as 07:00-19:00")
    start, end = time_of_day(first), time_of_day(last)
    return start, end if end > start else end + DAY


def _range(part: str, text: str) -> list[int]:
    first, _, last = part.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise UsageError(f"found {text!r}, expected days such as mon-fri, mon,wed or daily")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + number) % 7 for number in range((end - start) % 7 + 1)]
