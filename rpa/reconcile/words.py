"""Says in plain words why a row is where it is; no word of it shows a value."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rpa.reconcile.fields import Difference

_NUMBERS, _NO_DISTANCE = (int, float, Decimal), (str, bool)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def how(left: Any, right: Any, names: tuple[str, str]) -> str:
    """Return how two values differ: `is 20 minutes later in PAS`."""
    if is_nothing(left):
        return f"is blank in {names[0]}"
    if is_nothing(right):
        return f"is blank in {names[1]}"
    return _by_how_much(left, right, names[1]) or "differs"


def is_nothing(value: Any) -> bool:
    """Return whether a value is blank; most are seen not to be without comparing them."""
    return not value and (value is None or value == "")


def of_pair(by: str, found: Sequence["Difference"]) -> str:
    """Return the reason of a pair that a key proves."""
    return f"Matched by {by}; {_of_fields(found)}."


def of_alike(by: str, found: Sequence["Difference"]) -> str:
    """Return the reason of a pair that no key proves."""
    return f"Alike by {by}, which proves nothing: a person decides whether they belong together; {_of_fields(found)}."


def of_several(by: str, counts: tuple[int, int], names: tuple[str, str]) -> str:
    """Return the reason of rows of which more than two are alike."""
    here, there = (f"{_rows(count)} in {name}" for count, name in zip(counts, names, strict=True))
    return f"{here} and {there} are alike by {by}: a person says which belong together."


def of_repeated(by: str, counts: tuple[int, int], names: tuple[str, str]) -> str:
    """Return the reason of rows that share what should tell them apart."""
    found = " and ".join(f"{_rows(count)} in {name}" for count, name in zip(counts, names, strict=True) if count)
    return f"{found} {'has' if sum(counts) == 1 else 'have'} this {by}, which should be there once."


def of_lonely(tried: Sequence[tuple[str, bool]], other: str) -> str:
    """Return why a row has no partner: the key of each pass, and whether it is blank in the row."""
    blank = [by for by, is_blank in tried if is_blank]
    wanted = [by for by, is_blank in tried if not is_blank]
    said = [f"The row has no {by}." for by in blank]
    said += [f"No free row of {other} has its {', nor its '.join(wanted)}."] if wanted else []
    return " ".join(said)


@lru_cache(maxsize=4_096)
def span(apart: timedelta) -> str:
    """Return a span in its two largest units."""
    left = round(abs(apart).total_seconds())
    said = []
    for unit, seconds in _UNITS:
        number, left = divmod(left, seconds)
        said += [f"{number} {unit}{'' if number == 1 else 's'}"] if number else []
    return " ".join(said[:2]) or "less than a second"


def _by_how_much(left: Any, right: Any, where: str) -> str:
    if isinstance(left, _NO_DISTANCE) or isinstance(right, bool):
        return ""
    if isinstance(left, time) and isinstance(right, time):
        left, right = (datetime.combine(date.min, one) for one in (left, right))
    try:
        if isinstance(left, date):
            return f"is {span(right - left)} {'later' if right > left else 'earlier'} in {where}"
        if isinstance(left, _NUMBERS):
            return f"is {abs(right - left):g} {'more' if right > left else 'less'} in {where}"
    except TypeError:  # values of two types can't be told by how much
        return ""
    return ""


def _of_fields(found: Sequence["Difference"]) -> str:
    return ", ".join([f"{one.field} {one.how}" for one in found]) or "all that is compared agrees"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
