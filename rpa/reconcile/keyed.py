"""The first pass: its key tells every row, so what shares one is a duplicate."""

from collections.abc import Hashable, Iterable
from typing import Any

from rpa.reconcile.fields import reader
from rpa.reconcile.nearness import Loose
from rpa.reconcile.passes import Pass, check_types, is_blank


def by_first_key(one: Pass, rows: Loose, *, is_all: bool) -> tuple[list[Loose], Loose]:
    """Return the rows that share a key, and those that are alone with theirs or have none.

    Of a part of the tables (not `is_all`) the types of the keys say nothing about the whole.
    """
    found: dict[Hashable, Loose] = {}
    lonely: Loose = ([], [])
    readings = (one.left, one.left if one.right is None else one.right)
    keys = [list(map(reader(reading, side), side)) for reading, side in zip(readings, rows, strict=True)]
    if is_all:
        check_types(one, *keys)
    for side in (0, 1):
        for key, row in zip(keys[side], rows[side], strict=True):
            if is_blank(key):
                lonely[side].append(row)
            else:
                found.setdefault(key, ([], []))[side].append(row)
    for left, right in _alone(found.values()):
        lonely[0].extend(left)
        lonely[1].extend(right)
    return [rows for rows in found.values() if len(rows[0]) + len(rows[1]) > 1], lonely


def _alone(found: Iterable[Loose]) -> list[tuple[list[Any], list[Any]]]:
    return [rows for rows in found if len(rows[0]) + len(rows[1]) == 1]
