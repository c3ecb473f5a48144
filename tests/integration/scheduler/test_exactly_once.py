"""A due time is one job, however many processes tick at that moment and wherever one of them is killed."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from rpa.audit import verify
from rpa.db.tables import firing, job
from rpa.desk import Desk
from tests.integration.scheduler.conftest import Installation
from tests.integration.scheduler.ticking import DEATHS, NINE, TICKS, WORKERS

ROOT = Path(__file__).parents[3]


def ticking(what: str, installation: Installation) -> list[int]:
    """Run the processes and return how each ended."""
    command = [sys.executable, "-m", "tests.integration.scheduler.ticking", what, str(installation.office.data),
               installation.database_url]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    return [int(code) for code in done.stdout.split()]


def check_each_hour_is_one_job(desk: Desk, hours: int) -> None:
    with desk.database.reading() as connection:
        fired = connection.execute(select(firing).where(firing.c.job_id.is_not(None)).order_by(firing.c.due_at)).all()
        jobs = connection.execute(select(job.c.id)).scalars().all()
    on_the_hour = NINE.replace(second=0)
    assert [one.due_at for one in fired] == [on_the_hour + timedelta(hours=hour) for hour in range(1, hours + 1)]
    assert sorted(one.job_id for one in fired) == sorted(jobs)
    assert verify(desk.database).clean


def test_processes_that_tick_at_the_same_moment_make_one_job(installation: Installation) -> None:
    desk = installation.open()

    ended = ticking("race", installation)

    assert ended == [0] * WORKERS
    check_each_hour_is_one_job(desk, TICKS)


def test_process_that_is_killed_at_any_moment_leaves_one_job_to_be_made(installation: Installation) -> None:
    desk = installation.open()

    ended = ticking("die", installation)

    died, lived = ended[1::2], ended[0::2]
    assert set(lived) == {0}
    assert set(died[:10]) == {-9} and died[-1] == 0  # from the first look at the clock to the last
    check_each_hour_is_one_job(desk, DEATHS)
