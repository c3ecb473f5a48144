"""Rows that are equal as they stand are found by their hashes, and what hashes don't prove is looked at."""

import gc
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rpa.reconcile import Field, Kind, Pass, compare

KEY = Pass("UBRN", "ubrn")
VALUE = Field("Value", "value")


@dataclass(frozen=True)
class Line:
    """A row of either table."""

    ubrn: Any
    value: Any


class Room(Enum):
    """A value that has the hash of its name."""

    A = 1


def lines(*values: Any) -> list[Line]:
    return [Line(str(number), value) for number, value in enumerate(values)]


def kinds(left: list[Any], right: list[Any], key: Pass = KEY, *fields: Field) -> list[Kind]:
    return [group.kind for group in compare(left, right, passes=[key], fields=fields or [VALUE])]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (-1, -2),
        (b"a", "a"),
        (Room.A, "A"),
        # the second 01:30 of the night, which has the hash of the first
        (
            datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
    ],
)
def test_values_with_one_hash_are_told_apart(left: Any, right: Any) -> None:
    assert hash(left) == hash(right)

    found = kinds(lines(left), lines(right))

    assert found == [Kind.DIFFERENT]


def test_a_column_may_hold_other_values_than_it_begins_with() -> None:
    left = lines("a", None, -1, datetime(2026, 11, 2, 9, tzinfo=UTC), "b")

    found = kinds(left, lines("a", None, -2, datetime(2026, 11, 2, 9, tzinfo=UTC), "b"))

    assert found == [Kind.SAME] * 4 + [Kind.DIFFERENT]


def test_rows_without_any_value_to_compare_are_matched_by_their_key() -> None:
    found = compare(lines("a", "b"), lines("c"), passes=[KEY])

    assert [group.kind for group in found] == [Kind.SAME, Kind.LEFT_ONLY]


@pytest.mark.parametrize("name", ["value", "place.room", "class", "not a name"])
def test_a_value_may_have_any_name(name: str) -> None:
    rows = [SimpleNamespace(ubrn=str(number), place=SimpleNamespace(room=number)) for number in range(2)]
    for row in rows:
        vars(row).update({"value": "x", "class": "y", "not a name": "z"})

    found = kinds(rows, rows, KEY, Field("Value", name))

    assert found == [Kind.SAME, Kind.SAME]


def test_a_key_of_several_parts_that_is_blank_in_one_makes_no_pair() -> None:
    rows = [Line("1", "a"), Line("2", ""), Line(None, "c")]

    found = kinds(rows, rows, Pass("both", ("ubrn", "value")))

    assert found == [Kind.SAME, *[Kind.LEFT_ONLY] * 2, *[Kind.RIGHT_ONLY] * 2]


@pytest.mark.parametrize(("left", "right"), [(2, 1), (1, 2), (2, 2)])
def test_rows_that_are_equal_to_each_other_are_duplicates(left: int, right: int) -> None:
    rows = lines("a")

    (found,) = compare(rows * left, rows * right, passes=[KEY], fields=[VALUE])

    assert (found.kind, len(found.left), len(found.right)) == (Kind.REPEATED, left, right)


def test_pairs_that_agree_stay_what_they_were_when_a_table_is_changed_afterwards() -> None:
    left, right = lines("a", "b"), lines("a", "b")
    found = compare(left, right, passes=[KEY], fields=[VALUE])

    left.clear()
    right.reverse()

    assert [(group.left[0].value, group.right[0].value) for group in found] == [("a", "a"), ("b", "b")]


def test_pairs_that_agree_are_read_like_two_lists() -> None:
    rows = lines("a", "b", "c")

    found = compare(rows, rows[::-1], passes=[KEY], fields=[VALUE])

    assert found.same_left == found.same_right == rows
    assert (found.same_left[-1], found.same_right[:2], len(found.same_left)) == (rows[2], rows[:2], 3)


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was(is_on: bool) -> None:
    was_on = gc.isenabled()
    (gc.enable if is_on else gc.disable)()

    try:
        compare(lines("a"), lines("a"), passes=[KEY])

        assert (gc.isenabled(), gc.get_freeze_count()) == (is_on, 0)
    finally:
        (gc.enable if was_on else gc.disable)()
