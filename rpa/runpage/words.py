"""The words of pages and tables for people: UK times, masked numbers, values, and one-sentence verdicts."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rpa.codes import words_of
from rpa.models import Totals

UK = ZoneInfo("Europe/London")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d{7,}|\d{3}[ -]\d{3}[ -]\d{4}|0\d{3,4}[ -]\d{3}[ -]?\d{3,4})(?!\d)")
_KEPT = 4
_ERASED_KEY = re.compile(r"k\d+:[0-9a-f]{64}")
"""What stands for the key of an item once that is erased: the pseudonym of its patient."""
_PLACES = {"address", "postcode"}
"""Fields that tell where somebody lives, and have no long number by which that is seen."""
_MAIL = re.compile(r"[^\s@]+(?=@)")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}:\d{2}|Z)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def uk_time(moment: datetime, *, seconds: bool = False) -> str:
    """Return an aware time as the UK's clocks show it: `Mon 23 Nov 2026, 09:30`."""
    form = "%a %-d %b %Y, %H:%M:%S" if seconds else "%a %-d %b %Y, %H:%M"
    return _formatted(moment.astimezone(UK), form)


def masked(text: str) -> str:
    """Return the text with only the last four digits of every long number: NHS numbers, references, phones."""
    return _LONG_NUMBER.sub(lambda found: "••••" + re.sub(r"\D", "", found[0])[-_KEPT:], text)


def masked_key(key: str) -> str:
    """Return the last four digits of the long number that an item's key has, else the key's last four characters."""
    if _ERASED_KEY.fullmatch(key):
        return "(erased)"
    numbers = _LONG_NUMBER.findall(key)
    key = re.sub(r"\D", "", numbers[-1]) if numbers else key
    return key if len(key) <= _KEPT else f"••••{key[-_KEPT:]}"


def masked_field(name: str, value: Any) -> str:
    """Return the value of a field as a person reads it, without what would tell whose it is."""
    text = shown(value)
    return masked_key(text) if name in _PLACES and value else _MAIL.sub("••••", masked(text))


def shown(value: Any) -> str:
    """Return a value as a person reads it; a date or time day first, an empty one as `(empty)`."""
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "(empty)"
    text = str(value)
    if _TIME.fullmatch(text):
        return _shown_time(datetime.fromisoformat(text))
    if _DATE.fullmatch(text):
        return _formatted(date.fromisoformat(text), "%a %-d %b %Y")
    return text


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 row`, `1,204 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def field_name(name: str) -> str:
    """Return a field's name as words: `appointment_time` is `Appointment time`."""
    return words_of(name)


def verdict(totals: Totals, *, dry_run: bool = False) -> str:
    """Say in a sentence or two what came of all rows of a job; of a dry run, that nothing was written."""
    came = f"{counted(totals.rows_in, 'row')} came in."
    parts = [
        (totals.completed, "is planned", "are planned") if dry_run else (totals.completed, "is done", "are done"),
        (totals.failed, "needs a person", "need a person"),
        (totals.rejected, "could not be read", "could not be read"),
        (totals.duplicate, "was there twice", "were there twice"),
        (totals.left_out, "was not sent again", "were not sent again"),
        (totals.by_hand, "was done by hand", "were done by hand"),
        (totals.put_aside, "was left out", "were left out"),
        (totals.stopped, "was stopped", "were stopped"),
        (totals.open, "is still waiting", "are still waiting"),
    ]
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in parts if number]
    nothing = " Nothing was written." if dry_run and totals.completed else ""
    return f"{came} {_listed(said)}.{nothing}" if said else came


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _shown_time(moment: datetime) -> str:
    if moment.tzinfo is not None:
        return uk_time(moment)
    return _formatted(moment, "%a %-d %b %Y, %H:%M")


def _formatted(moment: date, form: str) -> str:
    # Windows has no %-d: the day without its zero is put in by hand.
    return moment.strftime(form.replace("%-d", str(moment.day)))
