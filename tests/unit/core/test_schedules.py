"""When a schedule is due: cron's own meaning, working days, and both nights the clocks change."""

import re
from calendar import day_name
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rpa.calendars import Calendar
from rpa.exceptions import UsageError
from rpa.schedules import Schedule, make_schedule, schedules_of
from rpa.settings import ScheduleSettings, load_settings

LONDON = ZoneInfo("Europe/London")
TRUST = Calendar(closed={date(2026, 12, 29): "Trust day"})
SPRING, AUTUMN = "2026-03-28 22:30", "2026-10-24 22:30"
"""The evenings before the nights the clocks change, in UTC."""
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
GAPS = st.timedeltas(timedelta(), timedelta(days=20))
RULES: Mapping[str, Mapping[str, Any]] = {
    "nightly": {"cron": "30 1 * * *"},
    "hourly": {"cron": "0 * * * *"},
    "both days": {"cron": "15 6 1,15 * mon"},
    "interval": {"every": "7h"},
    "moved on": {"cron": "30 1 * * *", "days": "working", "on_closed": "next"},
    "moved back": {"cron": "0 6,18 24-31 * *", "days": "working", "on_closed": "previous"},
    "left out": {"cron": "0 */6 * * *", "days": "working"},
    "third": {"working_day": 3, "time": "07:00"},
    "last": {"working_day": -1, "time": "01:30", "zone": "America/New_York"},
    "once": {"at": "2027-05-03 09:00"},
}


def schedule(**rule: Any) -> Schedule:
    return make_schedule("nightly", ScheduleSettings(workflow="tidy", files=("list.csv",), **rule), TRUST)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(one: Schedule, after: str, number: int) -> list[str]:
    """Return the next times as London's clocks show them; the moment counts, so the zone is told too."""
    return [f"{due.at.astimezone(LONDON):%a %d %b %H:%M %Z}" for due in one.next_times(utc(after), number)]


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 6 * * 0", "Sun Sun"),
        ("0 6 * * 7", "Sun Sun"),
        ("0 6 * * sun", "Sun Sun"),
        ("0 6 * * 1", "Mon Mon"),
        ("0 6 * * 1-5", "Tue Wed Thu Fri Mon Tue"),
        ("0 6 * * MON-fri", "Tue Wed Thu Fri Mon Tue"),
        ("0 6 * * 5-7", "Fri Sat Sun Fri"),
        ("0 6 * * sat-mon", "Sat Sun Mon Sat"),
        ("0 6 * * 0,3", "Wed Sun Wed"),
        ("0 6 * * */2", "Tue Thu Sat Sun Tue"),
        ("0 6 * * 1-5/2", "Wed Fri Mon"),
    ],
)
def test_days_of_the_week_are_numbered_as_in_cron(cron: str, days: str) -> None:
    shown = times(schedule(cron=cron), "2026-11-23 12:00", len(days.split()))

    assert [one[:3] for one in shown] == days.split()


def test_day_of_the_month_or_day_of_the_week_will_do_as_in_cron() -> None:
    shown = times(schedule(cron="0 6 1 * mon"), "2026-11-23 12:00", 4)

    assert [one[:6] for one in shown] == ["Mon 30", "Tue 01", "Mon 07", "Mon 14"]


def test_months_may_be_named() -> None:
    assert times(schedule(cron="0 6 1 feb-mar *"), "2026-11-23 12:00", 2) == [
        "Mon 01 Feb 06:00 GMT",
        "Mon 01 Mar 06:00 GMT",
    ]


def test_time_that_the_spring_night_leaves_out_comes_at_the_end_of_the_gap() -> None:
    assert times(schedule(cron="30 1 * * *"), SPRING, 2) == ["Sun 29 Mar 02:00 BST", "Mon 30 Mar 01:30 BST"]


def test_two_times_at_the_end_of_the_gap_are_one() -> None:
    assert times(schedule(cron="0,30 1,2 * * *"), SPRING, 3) == [
        "Sun 29 Mar 02:00 BST",
        "Sun 29 Mar 02:30 BST",
        "Mon 30 Mar 01:00 BST",
    ]


def test_time_that_the_autumn_night_has_twice_comes_once() -> None:
    assert times(schedule(cron="30 1 * * *"), AUTUMN, 2) == ["Sun 25 Oct 01:30 BST", "Mon 26 Oct 01:30 GMT"]


def test_time_that_came_in_the_first_of_the_two_hours_does_not_come_in_the_second() -> None:
    assert times(schedule(cron="30 1 * * *"), "2026-10-25 00:45", 1) == ["Mon 26 Oct 01:30 GMT"]


def test_hourly_cron_keeps_its_pace_in_both_nights() -> None:
    hourly = schedule(cron="0 * * * *")

    spring, autumn = (hourly.next_times(utc(night), 8) for night in (SPRING, AUTUMN))

    hour = timedelta(hours=1)
    assert all(later.at - one.at == hour for night in (spring, autumn) for one, later in pairwise(night))
    assert times(hourly, "2026-03-29 00:00", 1) == ["Sun 29 Mar 02:00 BST"]
    assert times(hourly, "2026-10-24 23:30", 3) == [
        "Sun 25 Oct 01:00 BST",
        "Sun 25 Oct 01:00 GMT",
        "Sun 25 Oct 02:00 GMT",
    ]


def test_cron_at_half_past_every_hour_is_not_moved_out_of_the_gap() -> None:
    assert times(schedule(cron="30 * * * *"), "2026-03-29 00:00", 2) == ["Sun 29 Mar 00:30 GMT", "Sun 29 Mar 02:30 BST"]


def test_quarters_of_an_hour_are_in_order_where_an_hour_comes_twice() -> None:
    shown = times(schedule(cron="*/15 * * * *"), "2026-10-25 00:29", 8)

    assert [one[-9:] for one in shown] == [
        "01:30 BST", "01:45 BST", "01:00 GMT", "01:15 GMT", "01:30 GMT", "01:45 GMT", "02:00 GMT", "02:15 GMT",
    ]  # fmt: skip


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_interval_keeps_its_true_spacing_in_both_nights(night: str) -> None:
    found = schedule(every="90m", start="2026-01-01 00:00").next_times(utc(night), 10)

    assert {later.at - one.at for one, later in pairwise(found)} == {timedelta(minutes=90)}
    assert {(due.at - utc("2026-01-01 00:00")) % timedelta(minutes=90) for due in found} == {timedelta()}


def test_working_day_of_the_month_is_by_the_wall_in_summer_and_winter() -> None:
    assert times(schedule(working_day=3, time="07:00"), "2027-02-15 00:00", 3) == [
        "Wed 03 Mar 07:00 GMT",
        "Mon 05 Apr 07:00 BST",
        "Thu 06 May 07:00 BST",
    ]


def test_last_working_day_of_the_month_passes_by_closed_days() -> None:
    assert times(schedule(working_day=-3, time="07:00"), "2026-12-01 00:00", 1) == ["Thu 24 Dec 07:00 GMT"]


def test_once_is_once() -> None:
    one = schedule(at="2026-12-01 09:00")

    assert times(one, "2026-11-23 00:00", 5) == ["Tue 01 Dec 09:00 GMT"]
    assert times(one, "2026-12-01 09:00", 5) == []


def test_clocks_of_another_zone_are_meant_if_it_is_named() -> None:
    assert times(schedule(cron="0 6 * * *", zone="America/New_York"), "2026-11-23 00:00", 1) == ["Mon 23 Nov 11:00 GMT"]


def test_closed_day_is_left_out_and_says_why() -> None:
    one = schedule(cron="0 6 24-30 12 *", days="working")

    found = one.due_between(utc("2026-12-24 00:00"), utc("2026-12-30 12:00"))

    assert [(due.at.day, due.closed) for due in found] == [
        (24, None), (25, "Christmas Day"), (26, "Boxing Day"), (27, "Sunday"), (28, "Boxing Day (observed)"),
        (29, "Trust day"), (30, None),
    ]  # fmt: skip
    assert [due.at.day for due in found if due.fires] == [24, 30]


@pytest.mark.parametrize(("on_closed", "day"), [("next", "Wed 30 Dec 06:00 GMT"), ("previous", "Thu 24 Dec 06:00 GMT")])
def test_time_of_a_closed_day_is_moved_and_says_from_where(on_closed: str, day: str) -> None:
    one = schedule(cron="0 6 25 12 *", days="working", on_closed=on_closed)

    (due,) = one.next_times(utc("2026-12-01 00:00"), 1)

    assert times(one, "2026-12-01 00:00", 1) == [day]
    assert (due.moved_from, due.closed) == (utc("2026-12-25 06:00"), "Christmas Day")


@pytest.mark.parametrize("on_closed", ["next", "previous"])
def test_times_that_are_moved_to_the_same_moment_are_one(on_closed: str) -> None:
    one = schedule(cron="0 6 * * *", days="working", on_closed=on_closed)

    found = one.due_between(utc("2026-12-23 12:00"), utc("2026-12-31 12:00"))

    assert [(due.at.day, due.moved_from) for due in found] == [(24, None), (30, None), (31, None)]


def test_time_that_was_moved_on_is_found_from_a_moment_after_its_own_day() -> None:
    one = schedule(cron="0 6 25 12 *", days="working", on_closed="next")

    found = one.due_between(utc("2026-12-29 12:00"), utc("2026-12-30 12:00"))

    assert [due.moved_from for due in found] == [utc("2026-12-25 06:00")]


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=50)
@given(first=MOMENTS, gaps=st.tuples(GAPS, GAPS))
def test_due_times_of_a_span_are_those_of_its_parts_in_order(
    name: str, first: datetime, gaps: tuple[timedelta, timedelta]
) -> None:
    one = schedule(**RULES[name])
    second = first + gaps[0]
    third = second + gaps[1]

    whole = one.due_between(first, third)

    assert whole == one.due_between(first, second) + one.due_between(second, third)
    ats = [due.at for due in whole]
    assert ats == sorted(set(ats)) and all(first < at <= third for at in ats)


@pytest.mark.parametrize("name", ["moved on", "moved back"])
@settings(deadline=None, max_examples=50)
@given(moment=MOMENTS)
def test_nothing_is_due_on_a_closed_day_that_is_moved(name: str, moment: datetime) -> None:
    found = schedule(**RULES[name]).next_times(moment, 4)

    assert len(found) == 4
    assert all(TRUST.is_working_day(due.at.astimezone(LONDON).date()) for due in found)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, "no rule"),
        ({"cron": "0 6 * * *", "every": "2h"}, "cron and every"),
        ({"cron": "0 6 * *"}, "five fields"),
        ({"cron": "0 25 * * *"}, "maximum"),
        ({"cron": "0 6 31 2 *"}, "never comes"),
        ({"cron": "0 6 * * 8"}, "0 to 7"),
        ({"cron": "0 6 L * *"}, "not a number"),
        ({"cron": "0 6 * jan-/2 *"}, "not a number"),
        ({"cron": "0 6 * * 1/0"}, "0 to 7"),
        ({"every": "30s"}, "a minute or more"),
        ({"every": "often"}, "span of time"),
        ({"working_day": 3}, "time"),
        ({"working_day": 0, "time": "07:00"}, "number"),
        ({"working_day": 3, "time": "24:00"}, "before midnight"),
        ({"cron": "0 6 * * *", "time": "07:00"}, "beside working_day"),
        ({"cron": "0 6 * * *", "start": "2026-01-01"}, "beside every"),
        ({"cron": "0 6 * * *", "zone": "Mars/Phobos"}, "time zone"),
        ({"cron": "0 6 * * *", "late": "a while"}, "span of time"),
        ({"cron": "0 6 * * *", "deadline": "soon"}, "working time"),
    ],
)
def test_rule_that_can_not_be_names_the_schedule_and_what_is_wrong(
    rule: dict[str, Any], said: str, tmp_path: Any
) -> None:
    asked = {"workflow": "tidy", "files": ["list.csv"], **rule}
    loaded = load_settings(tmp_path, schedules={"monthly letters": asked})

    with pytest.raises(UsageError, match="'monthly letters'") as refused:
        schedules_of(loaded, TRUST)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"cron": "0 6 * * 1-5"}, "cron 0 6 * * 1-5"),
        ({"every": "2h", "start": "2026-01-01 07:00"}, "every 2h from 2026-01-01 07:00 on"),
        ({"working_day": -2, "time": "07:00"}, "2nd last working day of the month at 07:00"),
        ({"working_day": 11, "time": "07:00"}, "11th working day of the month at 07:00"),
        ({"at": "2026-12-01 09:00", "days": "working", "on_closed": "next"},
         "once at 2026-12-01 09:00, on working days, else on the next"),
        ({"cron": "0 6 * * *", "zone": "UTC"}, "cron 0 6 * * *, by the clocks of UTC"),
    ],
)  # fmt: skip
def test_rule_is_told_in_words(rule: dict[str, Any], said: str) -> None:
    assert schedule(**rule).said == said


def test_schedule_that_is_never_due_has_no_next_time() -> None:
    assert schedule(cron="0 6 * * sun", days="working").next_times(utc("2026-11-23 00:00"), 5) == []


def test_closed_days_may_be_named_or_only_listed(tmp_path: Any) -> None:
    named = load_settings(tmp_path, calendar={"closed": {"2026-12-29": "Trust day"}}).calendar.closed
    listed = load_settings(tmp_path, calendar={"closed": ["2026-12-29"]}).calendar.closed

    assert named == {date(2026, 12, 29): "Trust day"}
    assert listed == {date(2026, 12, 29): "a closed day of the trust"}


@pytest.mark.parametrize(
    ("asked", "plain", "as_set"),
    [
        ({"cron": "30 6 * * *"}, "every day at 06:30", "cron 30 6 * * *"),
        ({"cron": "0 6,18 * * *"}, "every day at 06:00 and 18:00", "cron 0 6,18 * * *"),
        ({"cron": "0 */8 * * *"}, "every day at 00:00, 08:00 and 16:00", "cron 0 */8 * * *"),
        ({"cron": "0 7 * * mon-fri"}, "Monday to Friday at 07:00", "cron 0 7 * * mon-fri"),
        ({"cron": "0 7 * * 7,wed,1"}, "every Monday, Wednesday and Sunday at 07:00", "cron 0 7 * * 7,wed,1"),
        (
            {"cron": "0 8,12,16 * * *"},
            "every day at 08:00, 12:00 and 16:00",
            "cron 0 8,12,16 * * *",
        ),
        (
            {"cron": "30 8-18 * * 1-5"},
            "Monday to Friday, every hour from 08:30 to 18:30",
            "cron 30 8-18 * * 1-5",
        ),
        (
            {"cron": "*/15 8-17 * * mon-fri"},
            "Monday to Friday, every 15 minutes from 08:00 to 17:45",
            "cron */15 8-17 * * mon-fri",
        ),
        ({"cron": "0 6-21/2 * * *"}, "every day, every 2 hours from 06:00 to 20:00", "cron 0 6-21/2 * * *"),
        ({"cron": "0 8-10 * * *"}, "every day at 08:00, 09:00 and 10:00", "cron 0 8-10 * * *"),
        ({"cron": "0,30 6 * * *"}, "every day at 06:00 and 06:30", "cron 0,30 6 * * *"),
        (
            {"cron": "0 * * * sat,sun"},
            "every Saturday and Sunday, every hour from 00:00 to 23:00",
            "cron 0 * * * sat,sun",
        ),
        (
            {"cron": "0 8-18 * * *", "days": "working"},
            "every working day, every hour from 08:00 to 18:00",
            "cron 0 8-18 * * *",
        ),
        ({"cron": "0 7 2 * *"}, "on the 2nd of every month at 07:00", "cron 0 7 2 * *"),
        ({"cron": "0 * * * *"}, "every hour on the hour", "cron 0 * * * *"),
        ({"cron": "1 * * * *"}, "every hour at 1 minute past", "cron 1 * * * *"),
        ({"cron": "*/15 * * * *"}, "every 15 minutes", "cron */15 * * * *"),
        ({"cron": "30 6 * * *", "days": "working"}, "every working day at 06:30", "cron 30 6 * * *"),
        (
            {"cron": "30 6 * * *", "days": "working", "on_closed": "next"},
            "every day at 06:30, on working days, else on the next",
            "cron 30 6 * * *",
        ),
        ({"every": "5m"}, "every 5 minutes", "every 5m"),
        ({"every": "1h"}, "every hour", "every 1h"),
        ({"every": "5m", "zone": "Europe/Paris"}, "every 5 minutes, by the clocks of Europe/Paris", "every 5m"),
    ],
)
def test_a_rule_is_said_in_plain_words_with_what_is_set_beside_it(
    asked: dict[str, str], plain: str, as_set: str
) -> None:
    shown = schedule(**asked)

    assert (shown.plain, shown.as_set) == (plain, as_set)


@pytest.mark.parametrize(
    "cron",
    ["*/7 * * * *", "0 6 31 * *", "0 6 1 * mon", "0 6 1 feb-mar *", "0-10 6,9 * * *", "0 7 * * mon-fri/2",
     "0 8/2 * * *", "0 7-9,12,15-18 * * *", "10,20 8-18 * * *"],
)  # fmt: skip
def test_a_rule_that_has_no_plain_words_is_shown_as_it_is_set(cron: str) -> None:
    shown = schedule(cron=cron)

    assert (shown.plain, shown.as_set) == (f"cron {cron}", "")


def _fields(most: int) -> st.SearchStrategy[str]:
    """Return fields of minutes or hours: numbers, ranges and steps, alone and in lists."""
    number = st.integers(0, most)
    span = st.tuples(number, number).map(sorted)
    step = st.integers(1, most)
    parts = st.one_of(
        number.map(str),
        span.map(lambda ends: f"{ends[0]}-{ends[1]}"),
        st.tuples(span, step).filter(lambda one: one[1] <= one[0][1] - one[0][0]).map(
            lambda one: f"{one[0][0]}-{one[0][1]}/{one[1]}"
        ),
        step.map(lambda one: f"*/{one}"),
        st.just("*"),
    )  # fmt: skip
    return st.one_of(parts, st.lists(number.map(str), min_size=2, max_size=6).map(",".join),
                     st.lists(parts, min_size=2, max_size=3).map(",".join))  # fmt: skip


@given(minute=_fields(59), hour=_fields(23), days=st.sampled_from(["*", "1-5", "mon-fri", "sat", "0,3", "7,wed,1"]))
@settings(max_examples=300)
def test_plain_words_name_exactly_the_times_that_fall_due(minute: str, hour: str, days: str) -> None:
    shown = schedule(cron=f"{minute} {hour} * * {days}")
    week = [datetime(2026, 6, day) for day in range(1, 8)]  # noqa: DTZ001 - what a wall's clock shows

    due = [one.at.astimezone(LONDON).replace(tzinfo=None)
           for one in shown.due_between(utc("2026-05-31 22:59"), utc("2026-06-07 22:59"))]  # fmt: skip

    if shown.as_set:
        named = [day + time for day in week if day.strftime("%A") in _days_named(shown.plain)
                 for time in _times_named(shown.plain)]  # fmt: skip
        assert due == named


def _days_named(said: str) -> list[str]:
    if not re.search("[A-Z]", said):
        return list(day_name)
    return list(day_name)[:5] if said.startswith("Monday to Friday") else re.findall("[A-Z][a-z]+", said)


def _times_named(said: str) -> list[timedelta]:
    """Return the times of a day that the words name, read as a person would."""
    named = [timedelta(hours=int(hour), minutes=int(past)) for hour, past in re.findall(r"(\d\d):(\d\d)", said)]
    every = re.search(r"every (?:(\d+) )?(minute|hour)s?", said)
    if every is None:
        return named
    apart = timedelta(**{f"{every[2]}s": int(every[1] or 1)})
    first, last = named or [timedelta(), timedelta(hours=23, minutes=59)]
    if past := re.search(r"at (\d+) minutes? past", said):
        first = timedelta(minutes=int(past[1]))
    return [first + number * apart for number in range((last - first) // apart + 1)]
