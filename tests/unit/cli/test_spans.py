"""A time from one day to another, as people type it: both belong to it, whatever the clocks do."""

from datetime import UTC, datetime

import pytest

from rpa.calendars.typed import Span, span_of
from rpa.exceptions import UsageError


def span(first: str | None, last: str | None) -> Span:
    found = span_of(first, last)
    assert found is not None
    return found


def test_last_day_belongs_to_it() -> None:
    found = span("2026-11-23", "2026-11-24")

    assert (found.since, found.until) == (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))


def test_days_are_those_of_the_uk() -> None:
    found = span("2026-07-01", "2026-07-01")

    assert (found.since, found.until) == (datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 7, 1, 23, tzinfo=UTC))


def test_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    found = span("2026-10-25", "2026-10-25")

    assert (found.since, found.until) == (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))


def test_hour_that_comes_twice_is_meant_with_both() -> None:
    found = span("2026-10-25T01:00", "2026-10-25T01:59")

    assert (found.since, found.until) == (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC))


def test_minute_before_that_hour_ends_before_it() -> None:
    assert span(None, "2026-10-25T00:59").until == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_last_minute_and_last_second_belong_to_it() -> None:
    assert span(None, "2026-11-23T09:30").until == datetime(2026, 11, 23, 9, 31, tzinfo=UTC)
    assert span(None, "2026-11-23T09:30:15").until == datetime(2026, 11, 23, 9, 30, 16, tzinfo=UTC)


def test_name_of_a_file_can_be_made_of_it() -> None:
    assert span("2026-11-23T09:30", "2026-11-24").name == "from-2026-11-23T0930-to-2026-11-24"


def test_neither_is_no_time() -> None:
    assert span_of(None, None) is None


@pytest.mark.parametrize("typed", ["yesterday", "23/11/2026", "2026-13-01", "2026-11-23T09:30+01:00", ""])
def test_what_is_no_day_or_time_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="expected one such as 2026-11-23"):
        span_of(typed, None)


def test_end_before_its_beginning_is_refused() -> None:
    with pytest.raises(UsageError, match="expected the earlier one first"):
        span_of("2026-11-24", "2026-11-23")
