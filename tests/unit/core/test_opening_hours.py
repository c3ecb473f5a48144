"""When a system may be used, by the clocks of the trust."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpa.calendars import OpeningHours
from rpa.calendars.wall import moment_of
from rpa.exceptions import UsageError

LONDON = ZoneInfo("Europe/London")
OFFICE = OpeningHours(
    ["mon-fri 07:00-19:00", "sat 08:00-12:00", "fri 22:00-02:00"],
    ["wed 12:00-13:00", "2026-12-01 18:00 to 2026-12-02 08:30"],
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str, *, second: bool = False) -> datetime:
    return moment_of(datetime.fromisoformat(text), LONDON, second=second)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 06:59", "2026-11-23 07:00"),
        ("2026-11-23 07:00", None),
        ("2026-11-23 19:00", "2026-11-24 07:00"),
        ("2026-11-27 21:00", "2026-11-27 22:00"),
        ("2026-11-28 01:59", None),
        ("2026-11-28 02:00", "2026-11-28 08:00"),
        ("2026-11-28 12:00", "2026-11-30 07:00"),
        ("2026-11-25 12:30", "2026-11-25 13:00"),
        ("2026-12-01 18:00", "2026-12-02 08:30"),
        ("2026-12-01 20:00", "2026-12-02 08:30"),
        ("2026-06-15 06:59", "2026-06-15 07:00"),
    ],
)
def test_closed_system_opens_when_its_hours_say(moment: str, opens: str | None) -> None:
    closed = OFFICE.closed_until(at(moment))

    assert (closed and closed[0]) == (at(opens) if opens else None)
    assert OFFICE.is_open(at(moment)) == (opens is None)
    assert OFFICE.opens_at(at(moment)) == at(opens or moment)


def test_says_why_and_until_when_it_is_closed() -> None:
    why = [closed[1] for text in ("2026-11-28 13:00", "2026-11-25 12:30") if (closed := OFFICE.closed_until(at(text)))]

    assert why == [
        "outside its hours until Mon 30 Nov 07:00 (mon-fri 07:00-19:00, sat 08:00-12:00, fri 22:00-02:00)",
        "under maintenance until Wed 25 Nov 13:00 (wed 12:00-13:00)",
    ]


def test_maintenance_that_ends_outside_of_the_hours_goes_on_until_they_begin() -> None:
    hours = OpeningHours(["daily 07:00-19:00"], ["sun 02:00-04:00"])

    closed = hours.closed_until(at("2026-11-29 03:00"))

    assert closed is not None and closed[0] == at("2026-11-29 07:00")


def test_without_hours_all_but_maintenance_is_open() -> None:
    hours = OpeningHours([], ["sun 02:00-04:00"])

    assert [hours.is_open(at(f"2026-11-29 {time}")) for time in ("01:59", "02:00", "03:59", "04:00")] == [
        True, False, False, True,
    ]  # fmt: skip


def test_opening_is_short_and_maintenance_long_where_an_hour_comes_twice() -> None:
    opening = OpeningHours(["sun 01:30-05:00"], [])
    maintenance = OpeningHours([], ["sun 00:00-01:30"])

    assert opening.opens_at(at("2026-10-25 00:30")) == at("2026-10-25 01:30", second=True)
    assert maintenance.opens_at(at("2026-10-25 00:30")) == at("2026-10-25 01:30", second=True)


def test_opening_that_falls_into_the_gap_begins_after_it() -> None:
    hours = OpeningHours(["sun 01:30-05:00"], [])

    assert hours.opens_at(at("2026-03-29 00:30")) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_opening_that_the_autumn_night_leaves_nothing_of_waits_for_the_next_week() -> None:
    hours = OpeningHours(["sun 01:10-01:50"], [])

    assert hours.opens_at(at("2026-10-23 12:00")) == at("2026-11-01 01:10")


@pytest.mark.parametrize(
    ("hours", "maintenance"),
    [
        (["someday 07:00-19:00"], []),
        (["mon-fri 7-19"], []),
        (["mon-fri"], []),
        (["mon 07:00-25:00"], []),
        (["mon 07:61-08:00"], []),
        ([], ["2026-12-02 22:00 to 2026-12-01 06:00"]),
        ([], ["2026-12-01 to whenever"]),
        ([], ["daily 00:00-24:00"]),
        (["mon 09:00-10:00"], ["mon 08:00-11:00"]),
    ],
)
def test_hours_that_can_not_be_or_leave_no_time_are_refused(hours: list[str], maintenance: list[str]) -> None:
    with pytest.raises(UsageError):
        OpeningHours(hours, maintenance)


@settings(deadline=None)
@given(MOMENTS)
def test_it_is_open_when_it_opens_and_closed_until_then(moment: datetime) -> None:
    opens = OFFICE.opens_at(moment)

    assert opens >= moment and OFFICE.is_open(opens)
    assert opens == moment or not OFFICE.is_open(opens - timedelta(seconds=1))
