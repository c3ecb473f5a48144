"""Workers that tick at the same moment, or die at one: `python -m tests.integration.scheduler.ticking WHAT FOLDER URL`.

Each is a process of its own, forked before it opens anything.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rpa.calendars import Calendar
from rpa.desk import open_desk
from rpa.scheduler import Scheduler
from rpa.schedules import make_schedule
from rpa.settings import ScheduleSettings, load_settings

WORKERS, TICKS, DEATHS = 4, 6, 18
NINE = datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)
_FORK = multiprocessing.get_context("fork")


class Clock:
    """Stands still at a moment, and ends the process at the n-th look at it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.looks_left: int | None = None

    def now(self) -> datetime:
        if self.looks_left is not None:
            self.looks_left -= 1
            if self.looks_left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.moment

    def monotonic(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


def scheduler_of(folder: Path, url: str, clock: Clock) -> Scheduler:
    desk = open_desk(load_settings(folder, database_url=url), clock)
    files = ((folder.parent / "list.csv").as_posix(),)
    asked = ScheduleSettings(workflow="tidy", files=files, cron="0 * * * *", again=True, overlap="queue")
    return Scheduler(desk, [make_schedule("hourly", asked, Calendar())], now=clock.now)


def race(folder: Path, url: str, barrier: Barrier) -> None:
    """Tick each hour at the same moment as all others."""
    clock = Clock(NINE)
    scheduler = scheduler_of(folder, url, clock)
    scheduler.tick()
    for _ in range(TICKS):
        clock.moment += timedelta(hours=1)
        barrier.wait(60)
        scheduler.tick()
    scheduler.tick()  # whoever was in the way of another looks again


def die(folder: Path, url: str, looks: int, hour: int) -> None:
    """Tick at a due time, and die at one look at the clock or another."""
    clock = Clock(NINE + timedelta(hours=hour))
    scheduler = scheduler_of(folder, url, clock)
    clock.looks_left = looks
    scheduler.tick()


def live(folder: Path, url: str, hour: int) -> None:
    """Tick at the same due time and live."""
    scheduler_of(folder, url, Clock(NINE + timedelta(hours=hour))).tick()


def run(work: Callable[..., None], *arguments: object) -> int | None:
    """Do something in a process of its own, and return how that ended."""
    process = _FORK.Process(target=work, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def main(what: str, folder: Path, url: str) -> None:
    """Print how each process ended."""
    Calendar()  # what it needs is slow to import: once, before the processes part
    if what == "race":
        barrier = _FORK.Barrier(WORKERS)
        processes = [_FORK.Process(target=race, args=(folder, url, barrier)) for _ in range(WORKERS)]
        for one in processes:
            one.start()
        for one in processes:
            one.join()
        print(*[one.exitcode for one in processes])
        return
    ends = [run(live, folder, url, 0)]
    for number in range(DEATHS):
        ends += [run(die, folder, url, number, number + 1), run(live, folder, url, number + 1)]
    print(*ends)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
