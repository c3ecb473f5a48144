"""An office with a workflow and a list, and schedulers on it, on each database in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from rpa.alarms import Alarm, latest_alarms
from rpa.audit import Entry, Trail
from rpa.calendars import Calendar
from rpa.db.tables import job
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.scheduler import Scheduler
from rpa.schedules import make_schedule
from rpa.settings import ScheduleSettings, load_settings
from tests.conftest import HandClock
from tests.integration.cli.office import Office, make_office

CLERK = Actor(ActorKind.PERSON, "A. Clerk")


@dataclass
class Installation:
    """A folder of data with a database, opened as often as there are workers."""

    office: Office
    database_url: str
    clock: HandClock
    desks: list[Desk] = field(default_factory=list)

    def open(self, **settings: Any) -> Desk:
        """Open it as one more worker does."""
        loaded = load_settings(self.office.data, database_url=self.database_url, **settings)
        self.desks.append(open_desk(loaded, self.clock))
        return self.desks[-1]

    def scheduler(self, *, name: str = "hourly", **asked: Any) -> Scheduler:
        """Return a scheduler of a new worker with one schedule, hourly if nothing else is asked."""
        given = {"workflow": "tidy", "files": (self.pattern,), **asked}
        rule = {} if given.keys() & {"cron", "every", "at", "working_day"} else {"cron": "0 * * * *"}
        one = make_schedule(name, ScheduleSettings(**given, **rule), Calendar())
        return Scheduler(self.open(), [one], now=self.clock.now)

    @property
    def pattern(self) -> str:
        return (self.office.folder / "list*.csv").as_posix()

    def go_to(self, text: str) -> None:
        """Move the clock to a time of Monday 23 November 2026 (UTC), or to any other with its date."""
        full = text if "-" in text else f"2026-11-23 {text}"
        self.clock.time = datetime.fromisoformat(full).replace(tzinfo=UTC)

    def finish_all(self) -> None:
        """Take back all that waits, so that no job is open."""
        desk = self.desks[0]
        numbers = [item.id for one in desk.views.jobs() for item in desk.views.items(one.id, states=("pending",))]  # type: ignore[arg-type]
        desk.queue.cancel(numbers, by=CLERK, why="done by hand")

    @property
    def jobs(self) -> list[Job]:
        return self.desks[0].views.jobs()[::-1]

    @property
    def job_count(self) -> int:
        with self.desks[0].database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(job)).scalar_one())

    @property
    def alarms(self) -> list[Alarm]:
        with self.desks[0].database.reading() as connection:
            return list(latest_alarms(connection))

    def entries(self, name: str) -> list[Entry]:
        return Trail(self.desks[0].database).of_run("system", names=[name])


@pytest.fixture
def installation(tmp_path: Path, database_url: str, clock: HandClock) -> Iterator[Installation]:
    made = Installation(make_office(tmp_path), database_url, clock)
    made.office.list("good", "good")
    yield made
    for desk in made.desks:
        desk.close()


def ends(scheduler: Scheduler, name: str = "hourly") -> list[str]:
    """Return what became of the due times, oldest first: `10:00 fired`."""
    found = scheduler.firings.latest(name, 100)[::-1]
    return [f"{one.due_at:%H:%M} {one.ended}" for one in found]


def whys(scheduler: Scheduler, name: str = "hourly") -> list[str | None]:
    return [one.why for one in scheduler.firings.latest(name, 100)[::-1]]
