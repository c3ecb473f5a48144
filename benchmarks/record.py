"""What it costs to write, check and search the record: beside bare commits, hashlib and a global chain."""

import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.figures import Figure, at_least, at_most, in_turn
from benchmarks.servers import postgresql
from rpa.audit import Against, Event, Pseudonyms, Record, Trail, verify
from rpa.audit.halves import verify_large
from rpa.audit.keys import SealKeys
from rpa.audit.merkle import node_hash
from rpa.audit.part import Part
from rpa.audit.record import Origin
from rpa.audit.sealer import Sealer, latest_seal
from rpa.audit.tree import Tree
from rpa.clock import SystemClock
from rpa.db import Database
from rpa.db.migrations import migrate
from rpa.db.seal_tables import seal
from rpa.db.tables import event, item, item_subject, job, payload
from rpa.models import Actor, ActorKind
from rpa.views import Views

ENTRIES, SEARCHED = 1_000_000, 10_000_000
COMMITS, SECONDS, WRITERS, OTHER_WORK = 1_000, 5.0, 8, 0.005
_ITEMS, _EACH = 10_000, 10
"""Items of a job, and entries of each, where one patient is looked for."""
_BOT = Actor(ActorKind.BOT, "practice-pas")
_FACTS = {"system": "practice-pas", "effect": 17, "digest": "ab" * 32}
_BARE = "CREATE TABLE row (run TEXT, seq INTEGER, body BLOB, PRIMARY KEY (run, seq)) WITHOUT ROWID"
_SHORT = {"body": b'{"actor":{"kind":"bot","name":"x"},"at":"2026-11-23T09:00:00+00:00","name":"change.made"}',
          "prev": bytes(32), "hash": bytes(32), "name": "change.made"}  # fmt: skip
"""An entry as short as can be read, so that ten million fit on any disk; nobody verifies them."""
_PAYLOAD = {"before": {"phone": "0161 496 0000"}, "after": {"phone": "0161 496 0001"}}


def figures() -> Sequence[Figure]:
    """Return all figures of the record."""
    with TemporaryDirectory() as folder:
        return [*_appending(Path(folder)), *_checking(Path(folder)), *_searching(Path(folder)), *_together()]


def told(number: int) -> Event:
    """Return an event such as most are; one in four has a payload."""
    said = _PAYLOAD if number % 4 == 0 else None
    return Event("change.made", _BOT, number, 1, f"k1:{number:032x}", _FACTS, said)


def _record(database: Database) -> Record:
    migrate(database)
    return Record(Origin("host", "worker", "0.1"), SystemClock())


def _appending(folder: Path) -> Iterator[Figure]:
    """Append to a run, one event a commit and a hundred, beside bare rows of the same bytes."""
    for batch in (1, 100):
        ours, bare = (Database(f"sqlite:///{folder / f'{name}-{batch}.db'}") for name in ("ours", "bare"))
        record = _record(ours)
        with bare.transaction() as connection:
            connection.execute(text(_BARE))
        commits, size = COMMITS if batch == 1 else COMMITS // 10, _size_of_one(ours, record)

        def append(batch: int = batch, commits: int = commits, ours: Database = ours, record: Record = record) -> float:
            return _rate(ours, commits, batch, lambda connection, at: record.append(
                connection, "job-1", *(told(at * batch + number) for number in range(batch))
            ))  # fmt: skip

        def rows(batch: int = batch, commits: int = commits, bare: Database = bare, size: int = size) -> float:
            adding = text("INSERT INTO row VALUES (:run, :seq, :body)")
            body, start = b"x" * size, time.monotonic_ns()
            return _rate(bare, commits, batch, lambda connection, at: connection.execute(adding, [
                {"run": "job-1", "seq": start + at * batch + number, "body": body} for number in range(batch)
            ]))  # fmt: skip

        found = in_turn({"append": append, "bare": rows}, 3, unit="a second")
        each = "one event a commit" if batch == 1 else f"{batch} events a commit"
        yield Figure(f"Append, {each}", found["append"], "a second", "bare rows of the same bytes", found["bare"],
                     at_least(0.7, "at least 0.70 of bare rows' rate"))  # fmt: skip
        ours.close()
        bare.close()


def _rate(database: Database, commits: int, batch: int, write: Callable[[Any, int], object]) -> float:
    began = time.perf_counter()
    for at in range(commits):
        with database.transaction() as connection:
            write(connection, at)
    return commits * batch / (time.perf_counter() - began)


def _size_of_one(database: Database, record: Record) -> int:
    with database.transaction() as connection:
        record.append(connection, "measured", told(1))
    with database.reading() as connection:
        row = connection.execute(select(event).where(event.c.run == "measured")).one()
    return len(row.body) + len(row.prev) + len(row.hash)


def _checking(folder: Path) -> Iterator[Figure]:
    """Verify a million entries in full, the newest of them, and prove one."""
    database = Database(f"sqlite:///{folder / 'checked.db'}")
    record = _record(database)
    keys = SealKeys(folder / "keys")
    sealer = Sealer(database, record, SystemClock(), keys.signing())
    for at in range(ENTRIES // 1_000):
        if at == (ENTRIES - 10_000) // 1_000:
            sealer.seal()
        with database.transaction() as connection:
            record.append(connection, f"job-{at % 100 + 1}", *(told(number) for number in range(1_000)))
        if at % 50 == 49:
            sealer.seal()
    against = Against(keys.public())
    found = in_turn({"verify": lambda: _verified(database, against), "on two": lambda: _on_two(database, against),
                     "hashlib": lambda: _hashed(database)}, 3)  # fmt: skip
    count = ENTRIES
    yield Figure("Verify 1,000,000 entries in full", count / found["verify"], "a second", "hashlib over the same bytes",
                 count / found["hashlib"], at_least(0.25, "at least 0.25 of hashlib's rate"))  # fmt: skip
    yield Figure("Verify them in two processes", count / found["on two"], "a second", "hashlib over the same bytes",
                 count / found["hashlib"], at_least(0.5, "at least 0.50 of hashlib's rate"))  # fmt: skip
    yield from _newest_and_one(database, against)
    database.close()


def _verified(database: Database, against: Against) -> float:
    began = time.perf_counter()
    found = verify(database, against=against)
    assert found.clean, str(found)
    return time.perf_counter() - began


def _on_two(database: Database, against: Against) -> float:
    began = time.perf_counter()
    found = verify_large(database, against=against)
    assert found.clean, str(found)
    return time.perf_counter() - began


def _hashed(database: Database) -> float:
    """Return the seconds that hashlib takes for what a check must hash: links, nodes of the tree, payloads."""
    rows = select(event.c.prev, event.c.body, payload.c.salt, payload.c.content).select_from(
        event.outerjoin(payload, (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq))
    )
    taken, node = 0.0, bytes(32)
    with database.reading() as connection:
        for page in connection.execution_options(yield_per=10_000).execute(rows).partitions():
            some = [tuple(one) for one in page]
            began = time.perf_counter()
            for prev, body, salt, content in some:
                sha256(b"\0" + prev + body).digest()
                node_hash(node, node)
                if content is not None:
                    hmac.digest(salt, content, "sha256")
            taken += time.perf_counter() - began
    return taken


def _newest_and_one(database: Database, against: Against) -> Iterator[Figure]:
    with database.reading() as connection:
        seals = connection.execute(select(seal.c.sealed_at).order_by(seal.c.tree, seal.c.size)).scalars().all()
        newest = latest_seal(connection)
    assert newest is not None
    part = Against(against.keys, part=Part(seals[-2]))
    times = sorted(_verified(database, part) for _ in range(5))
    yield Figure("Verify the newest 10,000 from a trusted seal", times[2] * 1e3, "ms",
                 bar=at_most(100, "under 100 ms"), judged=times[2] * 1e3)  # fmt: skip
    with database.reading() as connection:
        tree, took = Tree(connection, newest.tree), list[float]()
        for at in range(200):
            began = time.perf_counter()
            tree.proof(at * (newest.size // 200), newest.size)
            took.append(time.perf_counter() - began)
    middle = sorted(took)[100] * 1e3
    yield Figure("Inclusion proof among 1,000,000", middle, "ms", bar=at_most(20, "under 20 ms"), judged=middle)


def _searching(folder: Path) -> Iterator[Figure]:
    """Find by NHS number what was done for one patient, among ten million entries of a million items in 100 jobs."""
    database = Database(f"sqlite:///{folder / 'searched.db'}")
    record, pseudonyms = _record(database), Pseudonyms(b"k" * 32)
    numbers = range(SEARCHED // _EACH)
    jobs = len(numbers) // _ITEMS
    for job_id in range(1, jobs + 1):
        _fill(database, record, pseudonyms, job_id)
    views, trail, took = Views(database), Trail(database), list[float]()
    for at in range(50):
        number = _number(at * (len(numbers) // 50))
        began = time.perf_counter()
        found = trail.of_items(views.items_of_subject(pseudonyms.of(number)))
        took.append(time.perf_counter() - began)
        assert len(found) == _EACH + 1, len(found)
    middle = sorted(took)[25] * 1e3
    yield Figure("By NHS number among 10,000,000 entries", middle, "ms", bar=at_most(50, "under 50 ms"), judged=middle)
    database.close()


def _number(at: int) -> str:
    """Return what stands for an NHS number here; it has no check digit, so it is nobody's."""
    return f"999{at:07}"


def _fill(database: Database, record: Record, pseudonyms: Pseudonyms, job_id: int) -> None:
    """Make a job of many items as a finished one is, and short entries of each item."""
    run, now = f"job-{job_id}", SystemClock().now()
    first = (job_id - 1) * _ITEMS
    made = {"id": job_id, "workflow": "w", "version": "1", "state": "completed", "dry_run": 0, "requested_by": "x",
            "params": {}, "inputs": [], "input_digest": run, "rows_in": _ITEMS, "open_items": 0,
            "submitted_at": now}  # fmt: skip
    row = {"job_id": job_id, "workflow": "w", "data": {}, "state": "completed", "available_at": now, "updated_at": now}
    ours = range(first, first + _ITEMS)
    subjects = [{"item_id": at + 1, "subject": pseudonyms.of(_number(at))} for at in ours]
    with database.transaction() as connection:
        connection.execute(insert(job).values(**made))
        connection.execute(insert(item), [row | {"id": at + 1, "key": _number(at)} for at in ours])
        connection.execute(insert(item_subject), subjects)
        record.append(connection, run, Event("job.submitted", _BOT, facts={"rows": _ITEMS}))
        connection.execute(insert(event), [
            _SHORT | {"run": run, "seq": 2 + at, "item_id": first + 1 + at // _EACH} for at in range(_ITEMS * _EACH)
        ])  # fmt: skip


def _together() -> Iterator[Figure]:
    """Let eight writers append on PostgreSQL, each to its own run, beside all to one."""
    with postgresql() as server, TemporaryDirectory() as folder:
        database = Database(server.fresh(Path(folder)))
        record = _record(database)
        found = in_turn({"own": lambda: _written(database, record, "job-{}"),
                         "global": lambda: _written(database, record, "all")}, 3, unit="a second")  # fmt: skip
        yield Figure("8 writers of 5 ms other work, PostgreSQL", found["own"], "a second", "one chain for all",
                     found["global"], at_least(6, "at least 6 times a global chain"))  # fmt: skip
        database.close()


def _written(database: Database, record: Record, run: str) -> float:
    stop, done = time.monotonic() + SECONDS, [0] * WRITERS

    def write(writer: int) -> None:
        while time.monotonic() < stop:
            with database.transaction() as connection:
                record.append(connection, run.format(writer), told(1))
                time.sleep(OTHER_WORK)  # what else a transaction does while it holds the end of its chain
            done[writer] += 1
        database.close_thread()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    return sum(done) / SECONDS
