"""The laws of comparing two tables: they hold for any rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rpa.reconcile import Group, Kind, Likeness, Side, compare, totals

START = date(2026, 11, 1)


@dataclass(frozen=True)
class Line:
    """A row of either table; `number` tells two rows apart that say the same."""

    number: int
    key: str | None
    who: str | None
    day: int


def lines(first: int) -> st.SearchStrategy[list[Line]]:
    keys = st.none() | st.sampled_from("abcdef")
    line = st.tuples(keys, st.none() | st.sampled_from("xyz"), st.integers(0, 12))
    return st.lists(line, max_size=12).map(lambda rows: [Line(first + n, *row) for n, row in enumerate(rows)])


def side(rows: list[Line]) -> Side[Line]:
    return Side(rows, key=lambda row: row.key, likeness=likeness)


def likeness(row: Line) -> Likeness | None:
    return Likeness(row.who, START + timedelta(days=row.day)) if row.who else None


def as_sets(groups: list[Group[Line, Line]]) -> set[tuple[Kind, frozenset[Line], frozenset[Line]]]:
    return {(group.kind, frozenset(group.left), frozenset(group.right)) for group in groups}


@given(lines(0), lines(100), st.integers(0, 4))
def test_every_row_is_in_exactly_one_group(left: list[Line], right: list[Line], days: int) -> None:
    groups = compare(side(left), side(right), days=days)

    assert Counter(row for group in groups for row in group.left) == Counter(left)
    assert Counter(row for group in groups for row in group.right) == Counter(right)


@given(lines(0), lines(100))
def test_the_totals_add_up_to_the_rows_of_each_side(left: list[Line], right: list[Line]) -> None:
    counted = totals(compare(side(left), side(right), days=2))

    assert (sum(one for one, _ in counted.values()), sum(one for _, one in counted.values())) == (len(left), len(right))


@given(lines(0), lines(100), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(left: list[Line], right: list[Line], random: Random) -> None:
    mixed_left, mixed_right = list(left), list(right)
    random.shuffle(mixed_left)
    random.shuffle(mixed_right)

    mixed = compare(side(mixed_left), side(mixed_right), days=2)

    assert as_sets(mixed) == as_sets(compare(side(left), side(right), days=2))


@given(lines(0), lines(100), st.integers(0, 4))
def test_rows_share_a_group_exactly_if_key_or_likeness_links_them(
    left: list[Line], right: list[Line], days: int
) -> None:
    groups = compare(side(left), side(right), days=days)

    together = {(one, other) for group in groups for one, other in product(group.left, group.right)}
    assert {(one, other) for one, other in product(left, right) if one.key is not None and one.key == other.key} == {
        (one, other) for one, other in together if one.key is not None and one.key == other.key
    }
    loose = [group for group in groups if group.kind not in (Kind.SAME, Kind.REPEATED)]
    loose_left = [row for group in loose for row in group.left]
    loose_right = [row for group in loose for row in group.right]
    linked = {(one, other) for one, other in product(loose_left, loose_right) if alike(one, other, days)}
    assert linked <= together


def alike(one: Line, other: Line, days: int) -> bool:
    return one.who is not None and one.who == other.who and abs(one.day - other.day) <= days


@given(lines(0), lines(100), st.integers(0, 4))
def test_a_group_says_of_itself_what_it_is(left: list[Line], right: list[Line], days: int) -> None:
    for group in compare(side(left), side(right), days=days):
        sizes = (len(group.left), len(group.right))
        keys = {row.key for row in (*group.left, *group.right)}
        match group.kind:
            case Kind.SAME:
                assert sizes == (1, 1)
                assert len(keys) == 1
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


def test_a_likeness_never_takes_a_row_that_its_key_already_placed() -> None:
    left = [Line(1, "a", "x", 0)]
    right = [Line(2, "a", "y", 9), Line(3, "b", "x", 0)]

    groups = compare(side(left), side(right), days=3)

    assert [(group.kind, len(group.right)) for group in groups] == [(Kind.SAME, 1), (Kind.RIGHT_ONLY, 1)]


def test_two_rows_that_are_both_near_a_third_are_for_a_person_to_tell_apart() -> None:
    left = [Line(1, "a", "x", 0), Line(2, "b", "x", 6)]
    right = [Line(3, "c", "x", 3)]

    (group,) = compare(side(left), side(right), days=3)

    assert (group.kind, len(group.left), len(group.right)) == (Kind.AMBIGUOUS, 2, 1)
