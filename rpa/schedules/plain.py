"""The rule of a schedule as people say it: `every day at 06:30`, `every 5 minutes`; not every rule can be said so."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rpa.settings import ScheduleSettings

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_SHORT = tuple(day[:3].lower() for day in _DAYS)
_WORKING_WEEK = (1, 2, 3, 4, 5)
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}
_MOST_TIMES = 6
_PART = re.compile(r"(\d+)(?:-(\d+)(?:/([1-9]\d*))?)?|\*(?:/([1-9]\d*))?")
"""A number, a range, or all; with a step only where it is clear where it ends."""


def plain_rule(asked: ScheduleSettings) -> str | None:
    """Return the rule of a schedule by cron or in spans; None where it can't be put in plain words."""
    if asked.cron is not None:
        return _cron(asked.cron.lower().split(), is_working=asked.days == "working" and asked.on_closed == "skip")
    return _span(asked.every) if asked.every is not None and asked.start is None else None


def _span(every: str) -> str | None:
    found = re.fullmatch(r"(\d+)(?:\.0+)?\s*([smhd])", every.strip())
    return f"every {_counted(int(found[1]), _UNITS[found[2]])}" if found else None


def _counted(number: int, unit: str) -> str:
    return unit if number == 1 else f"{number} {unit}s"


def _cron(fields: Sequence[str], *, is_working: bool) -> str | None:
    minute, hour, day, month, day_of_week = fields
    if month != "*":
        return None
    if (day, day_of_week, hour) == ("*", "*", "*"):
        said = _within_the_hour(minute)
        return f"{said} on working days" if said and is_working else said
    days, times = _days(day, day_of_week, is_working=is_working), _times(minute, hour)
    return f"{days}{times}" if days and times else None


def _within_the_hour(minute: str) -> str | None:
    if minute.isdecimal():
        number = int(minute)
        return f"every hour at {number} minute{'' if number == 1 else 's'} past" if number else "every hour on the hour"
    found = re.fullmatch(r"\*(?:/(\d+))?", minute)
    step = int(found[1] or 1) if found else 0
    return f"every {_counted(step, 'minute')}" if step and 60 % step == 0 and step < 60 else None


def _times(minute: str, hour: str) -> str | None:
    """Return the times of a day by name where they are few, else how far apart they are and the first and last."""
    times = [60 * each + past for each in _numbers(hour, 24) for past in _numbers(minute, 60)]
    if len(times) <= _MOST_TIMES:
        return f" at {_listed(list(map(_clock, times)))}" if times else None
    apart = {later - earlier for earlier, later in pairwise(times)}
    if len(apart) > 1:
        return None
    hours, minutes = divmod(apart.pop(), 60)
    each_time = _counted(60 * hours + minutes, "minute") if minutes else _counted(hours, "hour")
    return f", every {each_time} from {_clock(times[0])} to {_clock(times[-1])}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _numbers(field: str, size: int) -> list[int]:
    """Return what a field of times names, in order; nothing where it can be read in more than one way."""
    found = set[int]()
    for part in field.split(","):
        read = _PART.fullmatch(part)
        if read is None:
            return []
        first, last, step = int(read[1] or 0), int(read[2] or read[1] or size - 1), int(read[3] or read[4] or 1)
        found.update(range(first, last + 1, step))
    return sorted(found)


def _days(day: str, day_of_week: str, *, is_working: bool) -> str | None:
    if day == "*":
        return _of_the_week(day_of_week, is_working=is_working)
    if day_of_week != "*" or is_working or not day.isdecimal() or int(day) > 28:  # a 31st is not in every month
        return None
    number = int(day)
    return f"on the {number}{_ENDINGS.get(number, 'th')} of every month"


def _of_the_week(field: str, *, is_working: bool) -> str | None:
    if field == "*":
        return "every working day" if is_working else "every day"
    if is_working:
        return None
    for number, name in enumerate(_SHORT):
        field = field.replace(name, str(number))
    if field == "1-5":
        return "Monday to Friday"
    parts = field.split(",")
    if not all(part.isdecimal() for part in parts):
        return None
    found = sorted({int(part) % 7 for part in parts}, key=lambda number: (number - 1) % 7)
    return "Monday to Friday" if tuple(found) == _WORKING_WEEK else f"every {_listed([_DAYS[one] for one in found])}"


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
