"""A known answer: tables with every class planted, and every row must be in its class."""

import pytest

from rpa.demo.bookings import FIELDS, PASSES, Booking, Planted, planted_bookings
from rpa.reconcile import Comparison, Kind, compare

ROWS = 3_000


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request: pytest.FixtureRequest) -> Planted:
    return planted_bookings(ROWS, seed=request.param)


def classes(found: Comparison[Booking, Booking], rows: list[Booking], *, right: bool) -> list[Kind]:
    kinds = {id(row): group.kind for group in found for row in (group.right if right else group.left)}
    return [kinds[id(row)] for row in rows]


def test_every_row_is_in_the_class_it_was_made_for(planted: Planted) -> None:
    found = compare(planted.left, planted.right, passes=PASSES, fields=FIELDS)

    assert classes(found, planted.left, right=False) == planted.left_kinds
    assert classes(found, planted.right, right=True) == planted.right_kinds
    assert set(planted.left_kinds) | set(planted.right_kinds) == set(Kind)


def test_totals_of_both_sides_are_the_rows_that_came_in(planted: Planted) -> None:
    found = compare(planted.left, planted.right, passes=PASSES, fields=FIELDS)

    assert [sum(count[side] for count in found.totals().values()) for side in (0, 1)] == [ROWS, ROWS]


def test_every_pass_finds_pairs_that_no_other_finds(planted: Planted) -> None:
    found = compare(planted.left, planted.right, passes=PASSES, fields=FIELDS)

    assert {group.by for group in found} == {*(one.name for one in PASSES), ""}


def test_same_seed_makes_the_same_tables() -> None:
    assert planted_bookings(300, seed=7) == planted_bookings(300, seed=7)
