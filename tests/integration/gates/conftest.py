"""Systems that may be used or not, and their gates on each database in turn."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import Connection, select

from rpa.audit import Record
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.db import Database
from rpa.db.tables import event, seat
from rpa.gates import Gates, SystemState
from rpa.models import Actor, ActorKind
from rpa.systems import System, Systems
from tests.conftest import HandClock
from tests.integration.conftest import PERSON

PAS = System("pas", "https://pas.example.nhs.uk", max_sessions=2, breaker=3)
ERS = System("ers", "https://ers.example.nhs.uk", max_sessions=1)
EPR = System("epr", "https://epr.example.nhs.uk")
ALL = ("epr", "ers", "pas")
T = TypeVar("T")


@dataclass(frozen=True)
class Office:
    """The gates of a database, each call in a transaction of its own."""

    database: Database
    clock: HandClock
    gates: Gates

    def closed(self, *names: str) -> dict[str, str]:
        return self.do(lambda connection: self.gates.closed(connection, names or ALL))

    def fault(self, *names: str, times: int = 1) -> None:
        for _ in range(times):
            self.end(*names, fault="HTTP_503")

    def end(self, *names: str, fault: str | None, worker_id: str = "w1") -> None:
        self.do(lambda connection: self.gates.attempt_ended(connection, names, fault=fault, worker_id=worker_id))

    def take(self, worker_id: str, *names: str) -> bool:
        return self.do(lambda connection: self.gates.take_seats(connection, names, worker_id))

    def due(self, names: tuple[str, ...] | None = None) -> str | None:
        return self.do(lambda connection: self.gates.due_probe(connection, names))

    def probed(self, name: str, *, well: bool) -> None:
        self.do(lambda connection: self.gates.probed(connection, name, well=well))

    def pause(self, name: str, why: str = "upgrade") -> None:
        self.do(lambda connection: self.gates.pause(connection, name, by=PERSON, why=why))

    def resume(self, name: str) -> None:
        self.do(lambda connection: self.gates.resume(connection, name, by=PERSON, why="upgraded"))

    def state(self, name: str) -> SystemState:
        return next(one for one in self.do(self.gates.states) if one.name == name)

    def seats(self) -> set[tuple[str, str]]:
        taken = select(seat.c.system, seat.c.worker)
        return {(name, holder) for name, holder in self.do(lambda connection: connection.execute(taken).all())}

    def told(self) -> list[tuple[str, Actor, dict[str, Any]]]:
        """Return name, actor and facts of what the record says of systems."""
        wanted = select(event.c.body).where(event.c.run == SYSTEM_RUN).order_by(event.c.seq)
        bodies = map(orjson.loads, self.do(lambda connection: connection.execute(wanted).scalars().all()))
        return [(one["name"], Actor(ActorKind(one["actor"]["kind"]), one["actor"]["name"]), one["facts"])
                for one in bodies]  # fmt: skip

    def do(self, work: Callable[[Connection], T]) -> T:
        with self.database.transaction() as connection:
            return work(connection)


@pytest.fixture
def office(database: Database, clock: HandClock) -> Office:
    return Office(database, clock, gates_of(clock, PAS, ERS, EPR))


def gates_of(clock: HandClock, *systems: System) -> Gates:
    return Gates(Systems(systems), Record(Origin("host", "worker", "0"), clock), clock)


def at_once(url: str, number: int, ask: Callable[[Connection, int], T]) -> list[T]:
    """Let as many transactions, each on a connection of its own, ask at the same moment."""
    barrier = Barrier(number)

    def one(database: Database, place: int) -> T:
        with database.engine.connect():  # connected beforehand, so that the asking itself is at one moment
            barrier.wait(timeout=30)
        with database.transaction() as connection:
            return ask(connection, place)

    return in_threads(url, number, one)


def in_threads(url: str, number: int, work: Callable[[Database, int], T]) -> list[T]:
    def with_its_own(place: int) -> T:
        database = Database(url)
        try:
            return work(database, place)
        finally:
            database.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(with_its_own, range(number)))
