"""Doors into one system, each of a slot of its own, on each database in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from rpa.alarms import Alarm, latest_alarms
from rpa.audit import Record
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.db.tables import event, worker
from rpa.exceptions import SystemException
from rpa.gates import Gates
from rpa.secrets import Secrets
from rpa.sign_ins import Door, SignIns
from rpa.sign_ins.digests import Digests
from rpa.systems import System, Systems
from tests.conftest import HandClock
from tests.integration.conftest import PERSON

PAS = System("pas", "https://pas.example.nhs.uk", credential="pas")
REFUSED = SystemException("the password is wrong", "SIGN_IN_REFUSED")
GONE = SystemException("nobody answers", "CONNECTION")
T = TypeVar("T")
AWAY = OperationalError("COMMIT", {}, Exception("the server closed the connection"))


class Fleeting:
    """A database that is away at every commit while told so: nothing is kept, or all is and the answer is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_away = False
        self.keeps = False
        self.after: int | None = None
        """After so many commits it is away; None for never."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        if self.after is not None:
            self.is_away, self.after = self.after == 0, max(0, self.after - 1)
        with self._database.transaction() as connection:
            yield connection
            if self.is_away and not self.keeps:
                raise AWAY
        if self.is_away:
            raise AWAY


@dataclass
class Interrupted:
    """A database beside which somebody does something right after so many transactions of one slot."""

    database: Database
    after: int
    by: Callable[[], None]

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.database.transaction() as connection:
            yield connection
        self.after -= 1
        if self.after == 0:
            self.by()


class FixedTime(LeaseClock):
    """The clock of leases, told by the test's own clock on both databases."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        super().__init__(database, clock)
        self._hand = clock

    def shared_now(self) -> Any:
        return self._hand.now()


@dataclass
class Office:
    """A system with an account, and slots that sign in to it."""

    database: Database
    clock: HandClock
    gates: Gates
    folder: Path
    passwords: list[str] = field(default_factory=list)
    """What reached the system."""
    left: list[Any] = field(default_factory=list)
    """Tries that nobody ended."""

    def keep(self, password: str, *further: str) -> None:
        """Keep another password from now on."""
        path = self.folder / "pas"
        path.touch(mode=0o600)
        path.write_text("\n".join(["bot", password, *further]), encoding="utf-8")

    def door(self, worker_id: str = "w1", *, waits_by: Clock | None = None) -> Door:
        return Door(self.sign_ins(worker_id, waits_by=waits_by), "pas", "pas")

    def sign_ins(self, worker_id: str = "w1", *, waits_by: Clock | None = None,
                 database: Any = None) -> SignIns:  # fmt: skip
        return SignIns(
            secrets=Secrets(self.folder, self.clock),
            digests=Digests(b"k" * 32),
            database=database or self.database,
            record=Record(Origin("host", worker_id, "0"), self.clock),
            gates=self.gates,
            clock=waits_by or self.clock,
            leases=FixedTime(self.database, self.clock),
            worker_id=worker_id,
        )

    def try_it(self, door: Door, *, ending: SystemException | None = None) -> None:
        """Try once: the password reaches the system, and the try ends so."""
        with door.trying() as credential:
            self.passwords.append(credential.password)
            if ending is not None:
                raise ending

    def why_closed(self) -> str | None:
        return self.do(lambda connection: self.gates.closed(connection, ["pas"])).get("pas")

    def resume(self) -> None:
        self.do(lambda connection: self.gates.resume(connection, "pas", by=PERSON, why="looked at"))

    def told(self, *names: str) -> list[tuple[str, dict[str, Any]]]:
        """Return name and facts of what the record says."""
        wanted = select(event.c.body).where(event.c.run == SYSTEM_RUN).order_by(event.c.seq)
        bodies = map(orjson.loads, self.do(lambda connection: connection.execute(wanted).scalars().all()))
        return [(one["name"], one["facts"]) for one in bodies if not names or one["name"] in names]

    def alarms(self) -> list[Alarm]:
        return self.do(lambda connection: list(latest_alarms(connection)))

    def start(self, worker_id: str) -> None:
        values = {"host": "host", "pid": 1, "process_made_at": "1", "started_at": self.clock.now()}
        self.do(lambda connection: connection.execute(insert(worker).values(id=worker_id, **values)))

    def bury(self, worker_id: str) -> None:
        ended = update(worker).where(worker.c.id == worker_id).values(ended_at=self.clock.now())
        self.do(lambda connection: connection.execute(ended))

    def do(self, work: Callable[[Connection], T]) -> T:
        with self.database.transaction() as connection:
            return work(connection)


@pytest.fixture
def office(database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    gates = Gates(Systems([PAS]), Record(Origin("host", "gates", "0"), clock), clock)
    made = Office(database, clock, gates, folder)
    made.keep("first", "version = 1")
    yield made
    for one in made.left:  # while the database is open
        one.gen.close()
