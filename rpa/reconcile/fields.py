"""What is compared of a pair of rows, and what differs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date, datetime, time, timedelta
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from rpa.exceptions import UsageError
from rpa.reconcile.words import how, is_nothing

Reading: TypeAlias = str | tuple[str, ...] | Callable[[Any], Any]
"""How a value is read from a row: the name of an attribute, names of several, or a function."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is compared: equal values agree; `clean`, `within` and `agrees` say what else does.

    All three give the same answer whichever side is left; a blank agrees with a blank alone.
    """

    name: str
    """What people call it."""
    left: Reading
    right: Reading | None = None
    """How it is read on the right; None if as on the left."""
    clean: Callable[[Any], Any] | None = None
    """Takes from a value what doesn't matter, as `plain_name` does; what it leaves empty is blank."""
    within: timedelta | float | None = None
    """How far apart two times, dates or numbers may be."""
    agrees: Callable[[Any, Any], bool] | None = None
    """A rule of your own, asked last."""
    moves: bool = False
    """Whether it is a date that may be moved: pairs that differ here are a class of their own."""
    counts: bool = True
    """Whether it is compared; False for what is only shown."""

    def __post_init__(self) -> None:
        if (isinstance(self.within, timedelta) and self.within < timedelta()) or (
            isinstance(self.within, int | float) and self.within < 0
        ):
            raise UsageError(f"found a distance below nothing for the field {self.name!r}, expected within=0 or more")

    def agree(self, left: Any, right: Any) -> bool:
        """Return whether two values say the same."""
        if left == right:
            return True
        left, right = self._cleaned(left), self._cleaned(right)
        if left == right or left is None or right is None:
            return bool(left == right)
        if self.within is not None and _is_near(left, right, self.within):
            return True
        return self.agrees is not None and self.agrees(left, right)

    def _cleaned(self, value: Any) -> Any:
        if value is not None and self.clean is not None:
            value = self.clean(value)
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose values differ in a pair; the values are kept out of logs."""

    field: str
    left: Any = kept(repr=False)
    right: Any = kept(repr=False)
    how: str
    """How they differ in words, without the values: `is 20 minutes later in PAS`."""
    moved: bool = False
    """Whether it is a date that was moved."""


def reader(what: Reading, rows: Sequence[Any]) -> Callable[[Any], Any]:
    """Return what reads a value from such rows: objects have attributes, mappings have keys."""
    if not isinstance(what, str | tuple):
        return what
    names = (what,) if isinstance(what, str) else what
    return itemgetter(*names) if rows and isinstance(rows[0], Mapping) else attrgetter(*names)


def row_reader(readings: Sequence[Reading], rows: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Return what reads several values of a row: by one call if all have names."""
    names = [one for one in readings if isinstance(one, str)]
    if len(names) == len(readings) > 1:
        return reader(tuple(names), rows)
    readers = [reader(one, rows) for one in readings]
    return lambda row: [read(row) for read in readers]


def values_reader(readings: Sequence[Reading], rows: Sequence[Any]) -> Callable[[Sequence[Any]], Iterable[Any]]:
    """Return what reads several values of each row: by one call for a row if all have names."""
    names = [one for one in readings if isinstance(one, str)]
    if len(names) == len(readings) > 1:
        read = reader(tuple(names), rows)
        return lambda rows: map(read, rows)
    readers = [reader(one, rows) for one in readings]
    return lambda rows: zip(*(map(read, rows) for read in readers), strict=True)


def differences(fields: Sequence[Field], left: Sequence[Any], right: Sequence[Any],
                names: tuple[str, str]) -> tuple[Difference, ...]:  # fmt: skip
    """Return what differs between the values of two rows."""
    found = []
    for one, here, there in zip(fields, left, right, strict=True):
        if here != there and not one.agree(here, there):
            moved = one.moves and not is_nothing(here) and not is_nothing(there)
            found.append(Difference(one.name, here, there, how(here, there, names), moved))
    return tuple(found)


def _is_near(left: Any, right: Any, within: timedelta | float) -> bool:
    try:
        return bool(abs(_on_a_scale(left) - _on_a_scale(right)) <= within)
    except TypeError:  # values of two types have no distance
        return False


def _on_a_scale(value: Any) -> Any:
    """Return a time of day as the span since midnight, and a date as its first moment."""
    if isinstance(value, time):
        return datetime.combine(date.min, value) - datetime.combine(date.min, time(tzinfo=value.tzinfo))
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value
