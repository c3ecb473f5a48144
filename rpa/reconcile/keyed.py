"""The first pass: its key tells every row, so what shares one is a duplicate.

Nearly all rows are done with here. All that is done for each row is done by the interpreter's own loops: keys are read
by `map`, and the rows stand in a dictionary by key.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
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
    free = dict(zip(keys_right, right, strict=True))
    blank = _blank(free)
    repeated = _repeated(free, keys_right)
    for key in blank | repeated:
        free.pop(key, None)
    partners = list(map(free.pop, keys_left, repeat(None)))
    lonely = {key for key, partner in zip(keys_left, partners, strict=True) if partner is None}
    counts = Counter(filter(lonely.__contains__, keys_left))  # of a key that is repeated, one row at least is lonely
    repeated |= {key for key, count in counts.items() if count > 1}
    repeated -= _blank(repeated)
    is_pair = [partner is not None and key not in repeated for key, partner in zip(keys_left, partners, strict=True)]
    return Keyed(
        list(compress(left, is_pair)),
        list(compress(partners, is_pair)),
        _gathered(repeated, (keys_left, left), (keys_right, right)),
        (
            [row for row, key in zip(left, keys_left, strict=True) if key in lonely and key not in repeated],
            [*free.values(), *_with(blank, keys_right, right)],
        ),
    )


def _blank(keys: Iterable[Any]) -> set[Any]:
    """Return the keys that are blank; only those with parts have to be looked at one by one."""
    return {None, "", *(key for key in keys if type(key) is tuple and is_blank(key))}


def _repeated(found: Iterable[Any], keys: Sequence[Any]) -> set[Any]:
    """Return the keys that were not new when their row came: a dictionary has its keys in the order they came."""
    news = iter(found)
    new = next(news, None)
    repeated = set()
    for key in keys:
        if key is new:
            new = next(news, None)
        else:
            repeated.add(key)
    return repeated


def _with(wanted: set[Any], keys: Sequence[Any], rows: Sequence[Any]) -> list[Any]:
    return [row for key, row in zip(keys, rows, strict=True) if key in wanted]


def _gathered(
    repeated: set[Any], left: tuple[Sequence[Any], Sequence[Any]], right: tuple[Sequence[Any], Sequence[Any]]
) -> list[tuple[list[Any], list[Any]]]:
    """Return the rows of both sides for each key that is repeated, in the order in which they come."""
    found: dict[Any, tuple[list[Any], list[Any]]] = {}
    for side, (keys, rows) in enumerate((left, right)):
        for key, row in zip(keys, rows, strict=True):
            if key in repeated:
                found.setdefault(key, ([], []))[side].append(row)
    return list(found.values())
