"""An office with a drop folder, on each database in turn, and a clock that is moved by hand."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rpa.clock import Clock
from rpa.db.tables import arrival, event
from rpa.desk import Desk, open_desk
from rpa.inbox import Inbox
from rpa.models import Actor, ActorKind, Ending, Job
from rpa.settings import load_settings
from rpa.states import ItemState
from tests.conftest import HandClock
from tests.integration.cli.office import Office, make_office

BOT = Actor(ActorKind.BOT, "tidy")
COMPARE = '''"""Compares two lists."""

from rpa import Case, Item, Row, Table, column, workflow


class Line(Row):
    number: str = column("Number")


@workflow(title="Compare", key="number")
def compare(item: Item[Line]) -> str:
    """Compare two lists."""
    return "compared"


@compare.plan
def cases(ers: Table[Line], pas: Table[Line]):
    others = {row.number: row for row in pas}
    for row in ers:
        yield Case(row, of=[row, *filter(None, [others.pop(row.number, None)])])
    for row in others.values():
        yield Case(row, of=[row])
'''


@dataclass
class DropFolder:
    """An office whose inbox is looked into by as many workers as a test wants."""

    office: Office
    url: str
    clock: HandClock
    options: dict[str, Any]
    desks: list[Desk] = field(default_factory=list)

    @property
    def inbox(self) -> Path:
        return self.office.data / "inbox"

    @property
    def outbox(self) -> Path:
        return self.office.data / "outbox"

    def desk(self, *, clock: Clock | None = None) -> Desk:
        settings = load_settings(self.office.data, database_url=self.url, inbox=self.options)
        self.desks.append(open_desk(settings, clock or self.clock))
        return self.desks[-1]

    def worker(self, *, clock: Clock | None = None) -> Inbox:
        return Inbox(self.desk(clock=clock))

    def drop(self, source: Path, name: str = "", to: str = "tidy") -> Path:
        target = self.inbox / to / (name or source.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target

    def pass_by(self, inbox: Inbox, *, seconds: float, every: float = 2) -> None:
        """Let a worker look every two seconds."""
        for _ in range(int(seconds / every)):
            inbox.tick()
            self.clock.time += timedelta(seconds=every)

    def work(self) -> None:
        """Do every item that waits."""
        desk = self.desks[0]
        lease = timedelta(seconds=60)
        while (claim := desk.queue.claim("w1", desk.workflows.names, lease=lease)) is not None:
            desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="moved"), by=BOT)

    @property
    def jobs(self) -> list[Job]:
        return self.desks[0].views.jobs()[::-1]

    @property
    def answers(self) -> list[str]:
        return sorted(one.relative_to(self.outbox).as_posix() for one in self.outbox.rglob("*") if one.is_file())

    def note(self, name: str) -> str:
        return (self.outbox / name).read_text(encoding="utf-8-sig")

    @property
    def left(self) -> list[str]:
        """Files that still lie in the drop folder, anywhere."""
        return sorted(one.relative_to(self.inbox).as_posix() for one in self.inbox.rglob("*") if one.is_file())

    @property
    def arrivals(self) -> Sequence[Any]:
        with self.desks[0].database.reading() as connection:
            return connection.execute(select(arrival).order_by(arrival.c.id)).all()

    @property
    def events(self) -> list[str]:
        named = select(event.c.name).where(event.c.name.like("arrival.%")).order_by(event.c.run.desc(), event.c.seq)
        with self.desks[0].database.reading() as connection:
            return list(connection.execute(named).scalars())


Make = Callable[..., DropFolder]


@pytest.fixture
def make(database_url: str, tmp_path: Path, clock: HandClock) -> Iterator[Make]:
    """Make a drop folder with these settings."""
    made: list[DropFolder] = []

    def drop_folder(**options: Any) -> DropFolder:
        folder = tmp_path / "office"
        folder.mkdir()
        office = make_office(folder)
        (folder / "procedures" / "compare.py").write_text(COMPARE, encoding="utf-8")
        made.append(DropFolder(office, database_url, clock, options))
        return made[-1]

    yield drop_folder
    for one in made:
        for desk in one.desks:
            desk.close()


@pytest.fixture
def drop(make: Make) -> DropFolder:
    return make()


@pytest.fixture
def inbox(drop: DropFolder) -> Inbox:
    return drop.worker()
