"""The first pass: its key tells every row, so what shares one is a duplicate.

Nearly all rows are done with here. All that is done for each row is done by the interpreter's own loops: keys are read
by `map`, and the rows stand in a dictionary by key.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from rpa.reconcile.fields import reader
from rpa.reconcile.nearness import Loose
from rpa.reconcile.passes import Pass, check_types, is_blank


@dataclass(frozen=True, slots=True)
class Keyed:
    """What the first pass found."""

    left: list[Any]
    right: list[Any]
    """Pairs, each row beside its partner."""
    repeated: list[tuple[list[Any], list[Any]]]
    """Rows that share a key with another row of their side."""
    loose: Loose
    """Rows without a partner."""


def by_first_key(one: Pass, left: Sequence[Any], right: Sequence[Any]) -> Keyed:
    """Put rows together by a key that should be there once on each side."""
    keys_left = list(map(reader(one.left, left), left))
    keys_right = list(map(reader(one.left if one.right is None else one.right, right), right))
    check_types(one, keys_left, keys_right)
    here, there = dict(zip(keys_left, left, strict=True)), dict(zip(keys_right, right, strict=True))
    blank = _blank(here) | _blank(there)
    repeated = (_repeated(here, keys_left) | _repeated(there, keys_right)) - blank
    for key in blank | repeated:
        here.pop(key, None)
        there.pop(key, None)
    is_shared = list(map(there.__contains__, here))
    loose_left = [row for row, shared in zip(here.values(), is_shared, strict=True) if not shared]
    loose_right = [row for key, row in there.items() if key not in here]
    return Keyed(
        list(compress(here.values(), is_shared)),
        list(map(there.__getitem__, compress(here, is_shared))),
        _gathered(repeated, (keys_left, left), (keys_right, right)),
        (loose_left + _with(blank, keys_left, left), loose_right + _with(blank, keys_right, right)),
    )


def _blank(found: dict[Any, Any]) -> set[Any]:
    """Return the keys that are blank; keys without parts are only looked for."""
    if tuple in set(map(type, found)):
        return {key for key in found if is_blank(key)}
    return {key for key in (None, "") if key in found}


def _repeated(found: dict[Any, Any], keys: Sequence[Any]) -> set[Any]:
    """Return the keys that more than one row has; there are none if no row took the place of another."""
    return set() if len(found) == len(keys) else {key for key, count in Counter(keys).items() if count > 1}


def _with(wanted: set[Any], keys: Sequence[Any], rows: Sequence[Any]) -> list[Any]:
    return [row for key, row in zip(keys, rows, strict=True) if key in wanted] if wanted else []


def _gathered(
    repeated: set[Any], left: tuple[Sequence[Any], Sequence[Any]], right: tuple[Sequence[Any], Sequence[Any]]
) -> list[tuple[list[Any], list[Any]]]:
    """Return the rows of both sides for each key that is repeated, in the order in which they come."""
    found: dict[Any, tuple[list[Any], list[Any]]] = {}
    for side, (keys, rows) in enumerate((left, right)):
        for key, row in zip(keys, rows, strict=True) if repeated else ():
            if key in repeated:
                found.setdefault(key, ([], []))[side].append(row)
    return list(found.values())
