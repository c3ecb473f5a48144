"""Makes one number of all that is read of a row, so that equal rows are found without going back to their values.

A hash of texts, dates and times has 64 bits under a secret of the process, so two different rows have one by chance
alone, once in 18 million million million pairs. Other values may share one for a reason: numbers are their own hashes
(-1 has that of -2), bytes have that of their text, and where clocks go back a moment with a time zone has that of the
hour before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from keyword import iskeyword
from typing import Any, TypeAlias

from rpa.reconcile.fields import Reading, reader

PROVED = frozenset({str, date, datetime, time, type(None)})
"""Types whose values are equal if their hashes are."""

Maker: TypeAlias = Callable[[Sequence[Any]], list[int]]


@dataclass(frozen=True, slots=True)
class Hashes:
    """What was read of a table."""

    numbers: list[int]
    """The hash of each row."""
    types: set[type]
    """The types of all values; `tzinfo` stands for a time zone."""


def hashes(rows: Sequence[Any], readings: Sequence[Reading]) -> Hashes:
    """Return the hash of what is read of each row.

    Raises:
        TypeError: a value has no hash.
    """
    odd = _Odd([reader(one, rows) for one in readings])
    return Hashes(_maker(rows, readings, odd)(rows), odd.types)


class _Odd:
    """Takes rows one by one: those with a value of another type than its column begins with."""

    def __init__(self, readers: Sequence[Callable[[Any], Any]]) -> None:
        self.readers = readers
        self.types: set[type] = set()

    def __call__(self, row: Any) -> int:
        return hash(tuple(self.seen(read(row)) for read in self.readers))

    def seen(self, value: Any) -> Any:
        """Note the type of a value."""
        self.types.add(type(value))
        if getattr(value, "tzinfo", None) is not None:
            self.types.add(tzinfo)
        return value


def _maker(rows: Sequence[Any], readings: Sequence[Reading], odd: _Odd) -> Maker:
    """Return a function that is written for these readings, as dataclasses write their methods.

    Reading values and looking at their types in place takes half the time that general functions take. Nothing but
    names of attributes, each of them checked, comes into what is written.
    """
    usual = [odd.seen(_first(rows, read)) for read in odd.readers]
    known: dict[str, Any] = {"odd": odd}
    known |= {f"read{number}": read for number, read in enumerate(odd.readers)}
    known |= {f"type{number}": type(value) for number, value in enumerate(usual)}
    values = "".join(f"value{number}, " for number in range(len(usual)))
    reads = [_read(number, one, rows) for number, one in enumerate(readings)]
    tests = " and ".join(_test(number, reads[number], value) for number, value in enumerate(usual))
    made: Maker = eval(f"lambda rows: [hash(({values})) if {tests} else odd(row) for row in rows]", known)  # noqa: S307
    return made


def _first(rows: Sequence[Any], read: Callable[[Any], Any]) -> Any:
    return next((value for value in map(read, rows) if value is not None), None)


def _read(number: int, reading: Reading, rows: Sequence[Any]) -> str:
    is_name = isinstance(reading, str) and reading.isidentifier() and not iskeyword(reading)
    return f"row.{reading}" if is_name and rows and not isinstance(rows[0], Mapping) else f"read{number}(row)"


def _test(number: int, read: str, value: Any) -> str:
    is_local = isinstance(value, datetime | time) and value.tzinfo is None
    zone = f" and value{number}.tzinfo is None" if is_local else ""
    return f"(type(value{number} := {read}) is type{number}{zone} or value{number} is None)"
