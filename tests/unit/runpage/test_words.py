"""The words of the run page: UK time, masked numbers, sentences that add up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.models import Totals
from rpa.runpage.bar import parts_of
from rpa.runpage.words import counted, masked, masked_field, masked_key, shown, uk_time, verdict


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 9, 5, tzinfo=UTC), "Mon 23 Nov 2026, 09:05"),
        (datetime(2026, 7, 3, 9, 5, tzinfo=UTC), "Fri 3 Jul 2026, 10:05"),
    ],
)
def test_times_are_those_of_the_uks_clocks(moment: datetime, said: str) -> None:
    assert uk_time(moment) == said


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("contact details of 9434765919", "contact details of ••••5919"),
        ("patient 943 476 5919", "patient ••••5919"),
        ("appointment 000012345678", "appointment ••••5678"),
        ("07700 900123", "••••0123"),
        ("2026-11-23T09:30:00", "2026-11-23T09:30:00"),
        ("clinic RENZZ1, room 12", "clinic RENZZ1, room 12"),
    ],
)
def test_long_numbers_keep_their_last_four_digits_only(text: str, seen: str) -> None:
    assert masked(text) == seen


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("email", "ada@example.org", "••••@example.org"),
        ("address", "12 Sample Street", "••••reet"),
        ("postcode", "ZZ12 9ZZ", "•••• 9ZZ"),
        ("address", None, "(empty)"),
        ("phone", "01632 960 123", "••••0123"),
        ("town", "Testwick", "Testwick"),
        ("starts_at", "2026-12-01T09:00:00", "Tue 1 Dec 2026, 09:00"),
    ],
)
def test_what_tells_whose_a_value_is_is_masked(name: str, value: str | None, seen: str) -> None:
    assert masked_field(name, value) == seen


def test_a_short_key_is_shown_whole() -> None:
    assert masked_key("A12") == "A12"
    assert masked_key("A500199") == "••••0199"
    assert masked_key("999 688 6034 Willow, clinical oncology") == "••••6034"
    assert masked_key("REN26000063 not due yet") == "••••0063"
    assert masked_key(f"k1:{'c79082046450015777df946d68c6719f' * 2}") == "(erased)"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "(empty)"),
        ("2026-12-02T14:15:00", "Wed 2 Dec 2026, 14:15"),
        ("2026-12-02", "Wed 2 Dec 2026"),
        (["A", "B"], "A, B"),
        (True, "yes"),
        (3, "3"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, said: str) -> None:
    assert shown(value) == said


def test_the_verdict_names_every_end_that_a_row_came_to() -> None:
    totals = Totals(rows_in=400, completed=377, failed=9, rejected=13, duplicate=1)

    said = verdict(totals)

    assert said == "400 rows came in. 377 are done, 9 need a person, 13 could not be read and 1 was there twice."


def test_the_verdict_of_a_plan_says_that_nothing_was_written() -> None:
    several = verdict(Totals(rows_in=18, completed=7, failed=11), dry_run=True)
    one = verdict(Totals(rows_in=1, completed=1), dry_run=True)

    assert several == "18 rows came in. 7 are planned and 11 need a person. Nothing was written."
    assert one == "1 row came in. 1 is planned. Nothing was written."


def test_one_row_is_told_in_the_singular() -> None:
    assert verdict(Totals(rows_in=1, failed=1)) == "1 row came in. 1 needs a person."
    assert counted(1204, "row") == "1,204 rows"


@given(st.lists(st.integers(0, 100_000), min_size=7, max_size=7))
def test_the_bar_is_as_wide_as_the_page_whatever_the_totals(counts: list[int]) -> None:
    completed, failed, cancelled, rejected, duplicate, left_out, waiting = counts
    totals = Totals(sum(counts), completed, failed, cancelled, rejected, duplicate, left_out, waiting)

    parts = parts_of(totals)

    assert sum(one.width for one in parts) == pytest.approx(100 if sum(counts) else 0, abs=0.1)
    assert all(one.width > 0 for one in parts if one.count)
    assert sum(one.count for one in parts) == totals.rows_in
