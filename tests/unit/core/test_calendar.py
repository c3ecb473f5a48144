"""Working days, working hours and deadlines, and the laws they keep."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpa.calendars import Calendar
from rpa.calendars.wall import moment_of, moments_of, wall_of
from rpa.exceptions import UsageError

LONDON = ZoneInfo("Europe/London")
TRUST_DAY = date(2026, 12, 29)
TRUST = Calendar(closed={TRUST_DAY: "Trust day"})
ROUND_THE_CLOCK = Calendar(week="daily", hours="00:00-24:00")
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.integers(0, 60 * 200).map(lambda minutes: timedelta(minutes=minutes))


def at(text: str) -> datetime:
    """Return the moment at which London's clocks show this for the first time."""
    return moment_of(datetime.fromisoformat(text), LONDON)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-12-24", None),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-27", "Sunday"),
        ("2026-12-28", "Boxing Day (observed)"),
        ("2026-12-29", "Trust day"),
        ("2026-04-03", "Good Friday"),
        ("2026-08-03", None),  # Scotland's, not England's
        ("2026-11-28", "Saturday"),
    ],
)
def test_closed_day_says_why(day: str, why: str | None) -> None:
    assert TRUST.why_closed(date.fromisoformat(day)) == why


@pytest.mark.parametrize(
    ("month", "number", "day"),
    [((2026, 12), 1, 1), ((2026, 12), -1, 31), ((2026, 12), -2, 30), ((2027, 1), 3, 6), ((2026, 2), 20, 27)],
)
def test_working_day_of_a_month_is_counted_from_either_end(month: tuple[int, int], number: int, day: int) -> None:
    assert TRUST.working_day_of_month(*month, number) == date(*month, day)


def test_month_has_no_working_day_that_it_is_too_short_for() -> None:
    assert TRUST.working_day_of_month(2026, 2, 21) is None


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 10:00", "4 working hours", "2026-11-23 14:00"),
        ("2026-11-23 10:00", "1 working day", "2026-11-24 17:00"),
        ("2026-11-28 10:00", "1 working day", "2026-11-30 17:00"),
        ("2026-11-27 16:30", "90 working minutes", "2026-11-30 10:00"),
        ("2026-12-24 16:00", "2 working hours", "2026-12-30 10:00"),
        ("2026-12-24 18:00", "2 working days", "2026-12-31 17:00"),
        ("2026-11-28 10:00", "1 working hour", "2026-11-30 10:00"),
        ("2026-11-28 10:00", "2026-12-01", "2026-12-01 17:00"),
        ("2026-11-28 10:00", "2026-06-01 12:30", "2026-06-01 12:30"),
    ],
)
def test_deadline_is_counted_in_working_time(start: str, span: str, end: str) -> None:
    assert TRUST.deadline(at(start), span) == at(end)


@pytest.mark.parametrize("span", ["soon", "4 hours", "0 working days", "1001 working days", "", "-1 working hours"])
def test_deadline_that_is_no_working_time_is_refused(span: str) -> None:
    with pytest.raises(UsageError):
        TRUST.deadline(at("2026-11-23 10:00"), span)


def test_day_of_23_hours_and_day_of_25_hours_are_as_long_as_they_are() -> None:
    spring, autumn = at("2026-03-29 00:00"), at("2026-10-25 00:00")

    lengths = [ROUND_THE_CLOCK.working_time_between(day, day + timedelta(hours=36)) for day in (spring, autumn)]
    ends = [ROUND_THE_CLOCK.add_working_time(day - timedelta(hours=1), "1 working day") for day in (spring, autumn)]

    assert lengths == [timedelta(hours=36)] * 2
    assert [end - day for end, day in zip(ends, (spring, autumn), strict=True)] == [
        timedelta(hours=23),
        timedelta(hours=25),
    ]


def test_working_hours_are_those_of_the_wall_in_summer_and_winter() -> None:
    ends = [TRUST.deadline(at(day), "8 working hours") for day in ("2026-03-27 09:00", "2026-03-30 09:00")]

    assert [end.hour for end in ends] == [17, 16]  # UTC
    assert {end.astimezone(LONDON).hour for end in ends} == {17}


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Phobos"}, {"week": "noday"}, {"hours": "9-5"}, {"hours": "22:00-06:00"}]
)
def test_calendar_that_can_not_be_read_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Calendar(**wrong)  # type: ignore[arg-type]


def test_calendar_without_any_working_day_is_no_endless_search() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=number): "closed" for number in range(800)}

    with pytest.raises(UsageError, match="no working day"):
        Calendar(closed=closed).next_working_day(date(2026, 3, 1))


@settings(deadline=None)
@given(MOMENTS, SPANS)
def test_time_that_was_added_is_the_time_between(start: datetime, span: timedelta) -> None:
    assert TRUST.working_time_between(start, TRUST.add_working_time(start, span)) == span


@settings(deadline=None)
@given(MOMENTS, SPANS, SPANS)
def test_adding_twice_is_adding_once(start: datetime, first: timedelta, second: timedelta) -> None:
    in_two = TRUST.add_working_time(TRUST.add_working_time(start, first), second)

    assert not second or in_two == TRUST.add_working_time(start, first + second)


@settings(deadline=None)
@given(MOMENTS, MOMENTS, MOMENTS)
def test_time_between_adds_up(first: datetime, second: datetime, third: datetime) -> None:
    there = TRUST.working_time_between(first, second) + TRUST.working_time_between(second, third)

    assert there == TRUST.working_time_between(first, third)


@settings(deadline=None)
@given(MOMENTS, MOMENTS, SPANS)
def test_who_starts_later_is_never_done_earlier(one: datetime, other: datetime, span: timedelta) -> None:
    first, second = sorted((one, other))

    assert TRUST.add_working_time(first, span) <= TRUST.add_working_time(second, span)


@settings(deadline=None)
@given(DAYS)
def test_next_working_day_is_the_first_after(day: date) -> None:
    following = TRUST.next_working_day(day)

    between = [day + timedelta(days=number) for number in range(1, (following - day).days)]
    assert TRUST.is_working_day(following) and not any(map(TRUST.is_working_day, between))
    assert not TRUST.is_working_day(day) or TRUST.previous_working_day(following) == day


@settings(deadline=None)
@given(DAYS.filter(TRUST.is_working_day))
def test_every_working_day_is_found_from_both_ends_of_its_month(day: date) -> None:
    numbers = [*range(1, 24), *range(-23, 0)]

    found = [TRUST.working_day_of_month(day.year, day.month, number) for number in numbers]

    assert found.count(day) == 2


@settings(deadline=None)
@given(MOMENTS)
def test_moment_is_found_again_by_what_the_wall_shows(moment: datetime) -> None:
    assert moment in moments_of(wall_of(moment, LONDON), LONDON)


def test_time_that_the_spring_night_leaves_out_is_the_end_of_the_gap() -> None:
    left_out = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001

    assert moment_of(left_out, LONDON) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moments_of(left_out, LONDON) == []


def test_time_that_the_autumn_night_has_twice_is_two_moments() -> None:
    twice = datetime(2026, 10, 25, 1, 30)  # noqa: DTZ001

    first, second = moments_of(twice, LONDON)

    assert (first, second) == (moment_of(twice, LONDON), moment_of(twice, LONDON, second=True))
    assert second - first == timedelta(hours=1)
