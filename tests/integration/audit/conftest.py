"""A sealed record, copies of its seals, and an attacker who may do whatever the database lets him."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, select, update

from rpa.alarms import AlarmKind
from rpa.audit import Against, Verification, verify
from rpa.audit.keys import SealKeys
from rpa.audit.record import chain_hash, first_prev
from rpa.audit.sealer import Seal, Sealer, latest_seal
from rpa.db import Database
from rpa.db.tables import alarm, chain, event, item, job, payload, source_row
from rpa.sealing import Sealing
from tests.integration.conftest import Bench


@dataclass(frozen=True)
class Sealed:
    """A bench whose record is sealed."""

    bench: Bench
    sealer: Sealer
    keys: SealKeys

    def work(self, *names: str) -> int:
        """Make a job and do it."""
        job_id = self.bench.submit(*names)
        for _ in names:
            self.bench.finish(self.bench.claim())
        return job_id

    def seal(self) -> Seal:
        self.bench.clock.pass_by(seconds=10)
        made = self.sealer.seal()
        assert made is not None
        return made

    def verify(self) -> Verification:
        return verify(self.bench.database, against=Against(self.keys.public()))

    def by_chains_alone(self) -> Verification:
        return verify(self.bench.database)


@pytest.fixture
def sealed(bench: Bench, tmp_path: Path) -> Sealed:
    keys = SealKeys(tmp_path / "keys")
    sealer = Sealer(bench.database, bench.journals.record, bench.clock, keys.signing())
    return Sealed(bench, sealer, keys)


@dataclass(frozen=True)
class Attacker:
    """Writes to the database past the library; on PostgreSQL as its owner, who can switch off what is in the way."""

    database: Database

    def do(self, *statements: Executable) -> None:
        with self.connection() as connection:
            for one in statements:
                connection.execute(one)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a transaction in which nothing is in the way."""
        # A connection of his own, by the library's driver: two copies of SQLite in a process undo each other's locks.
        theirs = Database(self.database.url)
        with theirs.engine.connect() as connection:
            if theirs.kind == "sqlite":
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys = OFF")  # outside of a transaction, where it counts
            with connection.begin():
                if theirs.kind == "postgresql":
                    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                yield connection
        theirs.close()

    def entries(self, run: str) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(event).where(event.c.run == run).order_by(event.c.seq)))

    def chain_anew(self, run: str, change: Callable[[int, bytes], bytes | None], *, end: int | None = None) -> None:
        """Write the chain of a run anew with other bodies, as one who knows how it is made."""
        prev, size = first_prev(run), 0
        statements: list[Executable] = [delete(event).where(event.c.run == run)]
        for row in self.entries(run):
            if end is not None and row.seq > end:
                break
            body = change(row.seq, bytes(row.body)) or bytes(row.body)
            link = chain_hash(prev, body)
            values = {"run": run, "seq": row.seq, "body": body, "prev": prev, "hash": link, "name": row.name,
                      "item_id": row.item_id}  # fmt: skip
            statements.append(event.insert().values(**values))
            prev, size = link, row.seq
        statements.append(delete(payload).where(payload.c.run == run, payload.c.seq > size))
        self.do(*statements, update(chain).where(chain.c.run == run).values(size=size, head=prev))

    def forget_job(self, run: str) -> None:
        """Remove what the queue has of the job of a run."""
        number = int(run.removeprefix("job-"))
        self.do(*(delete(one).where(one.c.job_id == number) for one in (source_row, item)),
                delete(job).where(job.c.id == number))  # fmt: skip


@pytest.fixture
def attacker(bench: Bench) -> Attacker:
    return Attacker(bench.database)


@dataclass(frozen=True)
class Anchored:
    """A sealed record whose seals are copied to a folder."""

    sealed: Sealed
    sealing: Sealing
    folder: Path

    def seal(self) -> Seal:
        self.sealed.bench.clock.pass_by(seconds=10)
        self.sealing.tick()
        with self.sealed.bench.database.reading() as connection:
            made = latest_seal(connection)
        assert made is not None
        return made

    def verify(self) -> Verification:
        keys = self.sealed.keys.public()
        return verify(self.sealed.bench.database, against=Against(keys, self.sealing.anchors))

    def without_copies(self) -> Verification:
        return self.sealed.verify()

    @property
    def alarms(self) -> list[str]:
        told = select(alarm.c.text).where(alarm.c.kind == AlarmKind.RECORD_UNSEALED)
        with self.sealed.bench.database.reading() as connection:
            return list(connection.execute(told).scalars())

    @property
    def lines(self) -> list[str]:
        return [one for path in self.folder.glob("*/*.jsonl") for one in path.read_text().split("\n") if one]


@pytest.fixture
def anchored(sealed: Sealed, tmp_path: Path) -> Anchored:
    folder = tmp_path / "anchors"
    folder.mkdir()
    bench = sealed.bench
    sealing = Sealing(bench.database, bench.journals.record, bench.clock, keys=sealed.keys, anchors=folder)
    return Anchored(sealed, sealing, folder)
