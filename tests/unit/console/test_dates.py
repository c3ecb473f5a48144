"""Three fields of a form are one date, and come back as they were typed where they are none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.console.dates import as_parts, of_parts


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_comes_back_from_its_three_fields(day: date) -> None:
    assert of_parts(as_parts(day.isoformat())) == day.isoformat()


@pytest.mark.parametrize("typed", [("31", "2", "2026"), ("1", "", "2026"), ("", "3", ""), ("1", "2", "26")])
def test_what_is_no_date_comes_back_as_it_was_typed(typed: tuple[str, str, str]) -> None:
    assert tuple(as_parts(of_parts(typed))) == typed


def test_a_month_may_be_a_word_and_nothing_typed_is_nothing() -> None:
    assert as_parts(of_parts(("27", "March", "2026"))) == ("27", "3", "2026")
    assert of_parts(("", "", "")) == ""
