"""Two workers run the schedules through both nights in which the clocks are set: half past one is due once in each.

In October it is there twice. In March it isn't there, and two o'clock stands for it.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from rpa.db.tables import firing
from tests.acceptance.survival.clocks import Ahead, WallClock, server_clock, until
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.jumping import MODULE
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import RunningWorker, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

LEASE = 6
SHORT = timedelta(seconds=3)
# The second tells that the workers have seen each hour go by. Its workflow has items of its own, and writes nothing.
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


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


AUTUMN = [utc("2026-10-25 00:30"), utc("2026-10-25 01:30"), utc("2026-10-25 02:30")]
SPRING = [utc("2027-03-28 00:30"), utc("2027-03-28 01:30"), utc("2027-03-28 02:30")]
TWO_O_CLOCK = utc("2027-03-28 01:00")


class Night:
    """An installation with schedules, whose workers and database show the time of that night."""

    def __init__(self, office: Office, clocks: Sequence[Ahead]) -> None:
        self.office = office
        self._clocks = clocks

    def come_to(self, moment: datetime) -> None:
        """Show a moment from now on."""
        ahead = until(moment)
        for one in self._clocks:
            one.jump(ahead)

    def pass_by(self, moment: datetime, schedule: str) -> None:
        """Come to shortly before a moment, and wait until a schedule has seen it."""
        self.come_to(moment - SHORT)
        wait_for(lambda: moment in self.fired(schedule))

    def begin(self, file: Path, environment: dict[str, str]) -> list[RunningWorker]:
        """Start two workers with both schedules, and wait until they look after them."""
        with (self.office.folder / "rpa.toml").open("a", encoding="utf-8") as settings:
            settings.write(SCHEDULES.format(file=file.as_posix()))
        workers = [self.office.start(until_idle=False, environment=environment, module=MODULE) for _ in range(2)]
        self.office.await_slots(2)
        return workers

    def fired(self, schedule: str) -> list[datetime]:
        """Return the due times of a schedule that made a job."""
        return [due for due, _ in self._firings(schedule)]

    def jobs(self, schedule: str) -> list[int]:
        """Return the jobs that a schedule made."""
        return [job_id for _, job_id in self._firings(schedule)]

    def _firings(self, schedule: str) -> list[tuple[datetime, int]]:
        made = select(firing.c.due_at, firing.c.job_id).where(firing.c.schedule == schedule, firing.c.job_id > 0)
        with self.office.desk() as desk, desk.database.reading() as connection:
            return [(row.due_at, row.job_id) for row in connection.execute(made.order_by(firing.c.due_at))]


@pytest.fixture
def wall_clock(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path)


@pytest.fixture
def night(database_url: str, open_office: Open, wall_clock: WallClock) -> Iterator[Night]:
    clocks: list[Ahead] = [wall_clock]
    with ExitStack() as stack:
        if not database_url.startswith("sqlite"):  # which has no clock of its own
            clocks.append(stack.enter_context(server_clock(database_url)))
        yield Night(open_office(database_url=database_url, lease_seconds=LEASE), clocks)


@pytest.mark.parametrize(("hours", "due"), [(AUTUMN, AUTUMN[0]), (SPRING, TWO_O_CLOCK)], ids=["in autumn", "in spring"])
def test_half_past_one_makes_one_job_with_two_workers(
    night: Night, practice: Practice, wall_clock: WallClock, hours: list[datetime], due: datetime
) -> None:
    office, visits = night.office, practice.take(2)
    night.come_to(hours[0] - timedelta(minutes=5))
    workers = night.begin(office.write_list(visits), wall_clock.environment)

    for moment in sorted({*hours, due}):
        night.pass_by(moment, "hourly" if moment in hours else "nightly")

    assert (night.fired("hourly"), night.fired("nightly")) == (hours, [due])
    office.await_end_of_work()
    assert [one.stop() for one in workers] == [0, 0], office.printed
    prove_all_done(office, night.jobs("nightly")[0], visits, one_clock=False)
