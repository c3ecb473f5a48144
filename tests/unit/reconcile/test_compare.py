"""The laws of comparing two tables: they hold for any rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rpa.reconcile import Comparison, Field, Group, Kind, Pass, compare, plain_text

START = date(2026, 11, 1)
SWAPPED = {Kind.LEFT_ONLY: Kind.RIGHT_ONLY, Kind.RIGHT_ONLY: Kind.LEFT_ONLY}
LATER = (Kind.ALIKE, Kind.AMBIGUOUS, Kind.LEFT_ONLY, Kind.RIGHT_ONLY)


@dataclass(frozen=True)
class Line:
    """A row of either table; `number` tells two rows apart that say the same."""

    number: int
    key: str | None
    who: str | None
    day: date
    note: str | None = None
    seen: date | None = None


def lines(first: int) -> st.SearchStrategy[list[Line]]:
    keys = st.sampled_from([None, "", *"abcdef"])
    days = st.integers(0, 12).map(lambda day: START + timedelta(days=day))
    notes = st.sampled_from([None, "", "x", "X", "é", "e", "y"])
    line = st.tuples(keys, st.none() | st.sampled_from("xyz"), days, notes, st.none() | days)
    return st.lists(line, max_size=12).map(lambda rows: [Line(first + n, *row) for n, row in enumerate(rows)])


def compared(left: list[Line], right: list[Line], days: int = 2) -> Comparison[Line, Line]:
    passes = [
        Pass("key", "key"),
        Pass("person and day", ("who", "day")),
        Pass("person", "who", day="day", days=days, counts=False),
    ]
    fields = [
        Field("Note", "note", clean=plain_text),
        Field("Seen", "seen", within=timedelta(days=1), moves=True),
        Field("Number", "number", counts=False),
    ]
    return compare(left, right, passes=passes, fields=fields)


def as_sets(groups: Sequence[Group[Line, Line]] | Comparison[Line, Line]) -> Counter[tuple[object, ...]]:
    return Counter((group.kind, frozenset(group.left), frozenset(group.right), group.by) for group in groups)


@given(lines(0), lines(100), st.integers(0, 4))
def test_every_row_is_in_exactly_one_group(left: list[Line], right: list[Line], days: int) -> None:
    found = compared(left, right, days)

    assert Counter(row for group in found for row in group.left) == Counter(left)
    assert Counter(row for group in found for row in group.right) == Counter(right)


@given(lines(0), lines(100))
def test_the_totals_add_up_to_the_rows_of_each_side(left: list[Line], right: list[Line]) -> None:
    found = compared(left, right)

    totals = found.totals()
    assert tuple(sum(count[side] for count in totals.values()) for side in (0, 1)) == (len(left), len(right))
    assert found.rows == (len(left), len(right))
    assert totals == {
        kind: (sum(len(one.left) for one in found.of(kind)), sum(len(one.right) for one in found.of(kind)))
        for kind in Kind
    }


@given(lines(0), lines(100), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(left: list[Line], right: list[Line], random: Random) -> None:
    mixed_left, mixed_right = list(left), list(right)
    random.shuffle(mixed_left)
    random.shuffle(mixed_right)

    mixed = compared(mixed_left, mixed_right)

    assert as_sets(mixed) == as_sets(compared(left, right))


@given(lines(0), lines(100))
def test_swapped_sides_give_the_same_groups_swapped(left: list[Line], right: list[Line]) -> None:
    swapped = compared(right, left)

    turned = [replace(one, kind=SWAPPED.get(one.kind, one.kind), left=one.right, right=one.left) for one in swapped]
    assert as_sets(turned) == as_sets(compared(left, right))


@given(lines(0), lines(100))
def test_swapped_sides_have_the_same_differences_swapped(left: list[Line], right: list[Line]) -> None:
    swapped = compared(right, left)

    assert Counter(
        (one.field, one.right, one.left, one.moved) for group in swapped for one in group.differences
    ) == Counter((one.field, one.left, one.right, one.moved) for group in compared(left, right)
                 for one in group.differences)  # fmt: skip


@given(lines(0), lines(100), st.integers(0, 4))
def test_rows_with_one_key_are_together_and_so_are_alike_rows_that_are_left(
    left: list[Line], right: list[Line], days: int
) -> None:
    found = compared(left, right, days)

    together = {(one, other) for group in found for one, other in product(group.left, group.right)}
    assert {(one, other) for one, other in product(left, right) if one.key and one.key == other.key} <= together
    loose = [group for group in found if group.kind in LATER and group.by != "person and day"]
    loose_left = [row for group in loose for row in group.left]
    loose_right = [row for group in loose for row in group.right]
    assert {(one, other) for one, other in product(loose_left, loose_right) if alike(one, other, days)} <= together


def alike(one: Line, other: Line, days: int) -> bool:
    return one.who is not None and one.who == other.who and abs((one.day - other.day).days) <= days


@given(lines(0), lines(100), st.integers(0, 4))
def test_a_group_says_of_itself_what_it_is(left: list[Line], right: list[Line], days: int) -> None:
    for group in compared(left, right, days):
        sizes = (len(group.left), len(group.right))
        keys = {row.key for row in (*group.left, *group.right)}
        assert group.reason
        match group.kind:
            case Kind.SAME | Kind.DIFFERENT | Kind.MOVED:
                assert sizes == (1, 1)
                assert len(keys) == 1 or group.by == "person and day"
                assert bool(group.differences) == (group.kind is not Kind.SAME)
                assert any(one.moved for one in group.differences) == (group.kind is Kind.MOVED)
            case Kind.REPEATED:
                assert max(sizes) > 1
                assert len(keys) == 1
            case Kind.ALIKE:
                assert sizes == (1, 1)
                assert alike(group.left[0], group.right[0], days)
            case Kind.AMBIGUOUS:
                assert min(sizes) >= 1
                assert max(sizes) > 1
                assert all(any(alike(row, other, days) for other in group.right) for row in group.left)
            case Kind.LEFT_ONLY:
                assert sizes == (1, 0)
            case Kind.RIGHT_ONLY:
                assert sizes == (0, 1)


def test_a_later_pass_never_takes_a_row_that_its_key_already_placed() -> None:
    left = [Line(1, "a", "x", START)]
    right = [Line(2, "a", "y", START + timedelta(days=9)), Line(3, "b", "x", START)]

    found = compared(left, right)

    assert [(group.kind, group.right) for group in found] == [
        (Kind.SAME, (right[0],)),
        (Kind.RIGHT_ONLY, (right[1],)),
    ]


def test_two_rows_that_are_both_near_a_third_are_for_a_person_to_tell_apart() -> None:
    left = [Line(1, "a", "x", START), Line(2, "b", "x", START + timedelta(days=6))]
    right = [Line(3, "c", "x", START + timedelta(days=3))]

    (group,) = compared(left, right, days=3)

    assert (group.kind, len(group.left), len(group.right)) == (Kind.AMBIGUOUS, 2, 1)
