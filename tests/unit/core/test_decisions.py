"""What becomes of due times: late ones, several at once, closed days and pauses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rpa.calendars import Calendar
from rpa.scheduler import decide
from rpa.schedules import Schedule, make_schedule
from rpa.settings import ScheduleSettings

CALENDAR = Calendar()
EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def hourly(**asked: Any) -> Schedule:
    settings = ScheduleSettings(workflow="tidy", files=("list.csv",), cron="0 * * * *", **asked)
    return make_schedule("hourly", settings, CALENDAR)


def decided(one: Schedule, *, hours: float, late_by: timedelta) -> str:
    """Return what becomes of the times since eight, a letter for each: fired, skipped, missed."""
    end = EIGHT + timedelta(hours=hours)
    found = decide(one, one.due_between(EIGHT, end), end + late_by, pause=None)
    return "".join(decision.ended[0] for decision in found)


def test_time_that_is_noticed_soon_fires() -> None:
    assert decided(hourly(), hours=1, late_by=timedelta(minutes=119)) == "f"


def test_time_that_is_noticed_too_late_is_missed() -> None:
    assert decided(hourly(late="30m"), hours=1, late_by=timedelta(minutes=31)) == "m"


@pytest.mark.parametrize(
    ("catch_up", "ends"),
    [("none", "mmmmsf"), ("last", "sssssf"), ("all", "ffffff")],
)
def test_of_several_that_wait_only_the_newest_fires_unless_all_are_caught_up(catch_up: str, ends: str) -> None:
    assert decided(hourly(catch_up=catch_up), hours=6, late_by=timedelta(minutes=10)) == ends


@pytest.mark.parametrize(("catch_up", "ends"), [("none", "mmm"), ("last", "ssf"), ("all", "fff")])
def test_what_is_long_past_is_caught_up_as_the_schedule_says(catch_up: str, ends: str) -> None:
    assert decided(hourly(catch_up=catch_up, late="1m"), hours=3, late_by=timedelta(minutes=50)) == ends


def test_paused_schedule_leaves_out_all_and_says_so() -> None:
    one = hourly(catch_up="all")

    found = decide(one, one.due_between(EIGHT, EIGHT + timedelta(hours=2)), EIGHT + timedelta(hours=2), pause="paused")

    assert [(decision.ended, decision.why) for decision in found] == [("skipped", "paused")] * 2


def test_closed_day_is_left_out_also_where_all_is_caught_up() -> None:
    one = hourly(catch_up="all", days="working")
    christmas = datetime(2026, 12, 25, 8, 30, tzinfo=UTC)

    (found,) = decide(one, one.due_between(christmas, christmas + timedelta(hours=1)), christmas, pause=None)

    assert (found.ended, found.why, found.is_alarming) == ("skipped", "Christmas Day", False)


def test_time_that_another_stands_for_says_which() -> None:
    one = hourly(catch_up="last")
    end = EIGHT + timedelta(hours=2)

    first, _ = decide(one, one.due_between(EIGHT, end), end, pause=None)

    assert first.why == "the time of Mon 23 Nov 10:00 stands for it"


def test_missed_time_says_since_when_somebody_looks() -> None:
    one = hourly()
    noticed = EIGHT + timedelta(hours=9)

    (found,) = decide(one, one.due_between(EIGHT, EIGHT + timedelta(hours=1)), noticed, pause=None)

    assert (found.ended, found.why, found.is_alarming) == ("missed", "nobody saw it before Mon 23 Nov 17:00", True)
