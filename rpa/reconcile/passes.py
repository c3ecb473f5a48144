"""A pass over the rows: which key makes two of them a pair, and whether that proves anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rpa.exceptions import UsageError
from rpa.reconcile.fields import Reading


@dataclass(frozen=True, slots=True)
class Pass:
    """One key by which rows are put together; a row whose key is blank, or blank in a part, takes no part.

    The key of the first pass is what tells a row: two rows of a side that share it are duplicates. Later passes see
    only the rows that are left; of rows that share such a key a person says which belong together.
    """

    name: str
    """What people call the key."""
    left: Reading
    right: Reading | None = None
    """How the key is read on the right; None if as on the left."""
    day: Reading | None = None
    """A date that must be near as well, in a pass after the first."""
    right_day: Reading | None = None
    """How that date is read on the right; None if as on the left."""
    days: int = 0
    """How far apart the dates may be."""
    counts: bool = True
    """Whether its pairs are proved; False if they are for a person."""

    def __post_init__(self) -> None:
        if self.days < 0:
            raise UsageError(f"found {self.days} days for the pass {self.name!r}, expected 0 or more")

    @property
    def words(self) -> str:
        """The key and how near the date must be, for a sentence."""
        if self.day is None:
            return self.name
        return f"{self.name} {f'within {_days(self.days)}' if self.days else 'on the same day'}"


def is_blank(key: Any) -> bool:
    """Return whether a key, or a part of it, is blank."""
    if isinstance(key, tuple):
        return None in key or "" in key
    return key is None or key == ""


def check_types(one: Pass, left: Sequence[Any], right: Sequence[Any]) -> None:
    """Refuse keys that can't be equal because one side has texts and the other numbers.

    Raises:
        UsageError: no key of the left is of a type that a key of the right has.
    """
    for here, there in zip(_types(left), _types(right), strict=False):
        if here and there and not here & there:
            raise UsageError(
                f"found {' and '.join(sorted(here))} on the left and {' and '.join(sorted(there))} on the right as the "
                f"key of the pass {one.name!r}, expected the same: read both sides with the same column types"
            )


def _types(keys: Sequence[Any]) -> list[set[str]]:
    """Return the types of the keys; of each part where keys have parts."""
    found = set(map(type, keys))
    if tuple in found:
        columns: Sequence[Iterable[Any]] = list(zip(*(key for key in keys if isinstance(key, tuple)), strict=False))
        return [_words(set(map(type, column))) for column in columns]
    return [_words(found)]


def _words(types: set[type]) -> set[str]:
    return {_word(one) for one in types if one is not type(None)}


def _word(one: type) -> str:
    kinds: tuple[tuple[tuple[type, ...], str], ...] = (((str,), "text"), ((int, float, Decimal), "numbers"))
    return next((word for parents, word in kinds if issubclass(one, parents)), one.__name__)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
