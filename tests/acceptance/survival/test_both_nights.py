"""Two workers run the schedules through both nights in which the clocks are set: what is due at half past one comes once.

In October half past one is there twice. In March it isn't there, and two o'clock stands for it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SHORT = timedelta(seconds=3)
# The second tells that the workers have seen each hour go by; it has a workflow of its own, so that it meets no item of
# the first.
SCHEDULES = """
[schedules.nightly]
workflow = "put_right"
files = ["{file}"]
cron = "30 1 * * *"
again = true

[schedules.hourly]
workflow = "put_right_soon"
files = ["{file}"]
cron = "30 * * * *"
again = true
dry_run = true
overlap = "queue"
"""

ComeTo = Callable[[datetime], None]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


AUTUMN = (utc("2026-10-25 00:30"), [utc("2026-10-25 00:30"), utc("2026-10-25 01:30"), utc("2026-10-25 02:30")])
SPRING = (utc("2027-03-28 01:00"), [utc("2027-03-28 00:30"), utc("2027-03-28 01:30"), utc("2027-03-28 02:30")])


@pytest.mark.parametrize(("due", "hours"), [AUTUMN, SPRING], ids=["autumn", "spring"])
def test_schedule_of_that_night_makes_one_job_with_two_workers(
    night: "Night", practice: Practice, due: datetime, hours: list[datetime]
) -> None:
    office, visits = night.office, practice.take(2)
    night.come_to(hours[0] - timedelta(minutes=5))
    night.schedule(office.write_list(visits))
    workers = [night.start_worker(), night.start_worker()]

    for moment in sorted({due, *hours}):
        night.pass_by(moment, seen=hours)

    assert night.fired("hourly") == hours
    assert night.fired("nightly") == [due]
    office.await_end_of_work()
    assert [one.stop() for one in workers] == [0, 0], office.printed
    prove_all_done(office, night.job_of("nightly"), visits, one_clock=False)
