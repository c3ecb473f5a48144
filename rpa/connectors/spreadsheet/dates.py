"""Read dates and times as staff in the UK write them: day first, never guessed."""

import re
from datetime import date, datetime, time

SLASHES = "%d/%m/%Y"
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-/]*([A-Za-z]{3,9})\.?,?[ \-/]*(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?[ ,.]+", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)? *([ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)
_SPLIT = re.compile(r"(.*\d{2})(?:[T,]| +at +| ) *(\d{1,2}[:.]\d{2}.*)", re.ASCII | re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
_FULL_MONTHS = {name: number for number, name in enumerate((*_LONG, "december"), 1)} | {"sept": 9}


def parse_date(text: str) -> date:
    """Return the date in a text, which may carry a time of day; ValueError's message is a plain rule."""
    if whole := _SPLIT.fullmatch(text):
        parse_time(whole[2])
        text = whole[1]
    return _date(text, "is not a date: day/month/year is needed")


def parse_datetime(text: str) -> datetime:
    """Return the date and time in a text; a date alone is midnight; ValueError's message is a plain rule."""
    rule = "is not a date and time: day/month/year hours:minutes is needed"
    if re.search(r"(?:[+-]\d{2}:?\d{2}|Z|GMT|BST|UTC)$", text) and ":" in text:
        raise ValueError("has a time zone, a local time is needed")
    whole = _SPLIT.fullmatch(text)
    if whole is None:
        return datetime.combine(_date(text, rule), time())
    return datetime.combine(_date(whole[1].strip(), rule), parse_time(whole[2]))


def parse_time(text: str) -> time:
    """Return the time of day in a text; ValueError's message is a plain rule."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError("is not a time of day: hours:minutes is needed")
    hour, half = int(found[1]), (found[4] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError("is not a time of day: hours:minutes is needed")
    hour = hour % 12 + 12 * (half == "p") if half else hour
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        raise ValueError("is a time that doesn't exist") from None


def _date(text: str, rule: str) -> date:
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    year, month, day = _numbers(text, rule)
    if len(year) == 2:
        raise ValueError("has a year of two digits, four are needed")
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise ValueError("is a date that doesn't exist") from None


def _numbers(text: str, rule: str) -> tuple[str, int, str]:
    if found := _DAY_FIRST.fullmatch(text):
        return found[3], int(found[2]), found[1]
    if found := _ISO.fullmatch(text):
        return found[1], int(found[2]), found[3]
    if (found := _NAMED.fullmatch(text)) and (month := _month(found[2].casefold())):
        return found[3], month, found[1]
    raise ValueError(rule)


def _month(name: str) -> int | None:
    return _MONTHS.index(name) + 1 if name in _MONTHS else _FULL_MONTHS.get(name)
