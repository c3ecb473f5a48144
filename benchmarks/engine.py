"""An item that does nothing, through claim, attempt, checkpoint, record and finish, beside two bare durable commits."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rpa import Item, Row, column, step, workflow
from rpa.approvals import Approvals, Permits
from rpa.audit import Pseudonyms, Record, verify
from rpa.audit.record import Origin
from rpa.clock import SystemClock
from rpa.db import Database
from rpa.db.migrations import migrate
from rpa.evidence import EvidenceKeys, EvidenceStore
from rpa.executor import Executor
from rpa.journal import Journals
from rpa.library import WorkflowLibrary
from rpa.models import Actor, ActorKind, NewItem, RowRef, Submission
from rpa.queue import Queue
from rpa.testing import HandedBots
from rpa.views import Views

ITEMS, ROUNDS = 1_000, 3
LEASE = timedelta(seconds=60)


class Nothing(Row):
    """A row with a name and no more."""

    name: str = column("Name")


@step
def look(name: str) -> str:
    """Do nothing, and have it kept."""
    return name


@workflow(title="Do nothing", key="name")
def do_nothing(item: Item[Nothing]) -> str:
    """Do nothing in one step."""
    look(item.row.name)
    return "done"


@workflow(title="Do nothing, without a step", key="name")
def do_nothing_stepless(item: Item[Nothing]) -> str:
    """Do nothing at all."""
    return "done"


def floor(folder: Path) -> float:
    """Return items a second of two bare durable commits an item, on the same SQLite."""
    database = Database(f"sqlite:///{(folder / 'floor.db').as_posix()}")
    module: Any = database.engine.dialect.dbapi
    connection = module.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, body BLOB)")
    began = time.perf_counter()
    for _ in range(ITEMS):
        for _ in range(2):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO floor (body) VALUES (?)", (b"x" * 300,))
            connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    database.close()
    return ITEMS / seconds


def engine(folder: Path, flow: Any) -> float:
    """Return items a second through the whole engine."""
    clock = SystemClock()
    database = Database(f"sqlite:///{(folder / 'engine.db').as_posix()}")
    migrate(database)
    record, pseudonyms, views = Record(Origin("host", "bench", "0"), clock), Pseudonyms(b"k" * 32), Views(database)
    queue = Queue(database, record, pseudonyms, clock)
    journals = Journals(database, record, pseudonyms, clock)
    evidence = EvidenceStore(folder / "evidence", database, record, clock=clock,
                             keys=EvidenceKeys(folder / "keys"))  # fmt: skip
    permits = Permits(views, Approvals(database, record, clock, key_for=pseudonyms.key_for), clock)
    executor = Executor(WorkflowLibrary([flow]), journals, evidence, HandedBots({}),
                        lru_cache(views.job), lambda: 0.0, permits, lambda _: {})  # fmt: skip
    items = [NewItem(str(n), {"name": str(n)}, [RowRef("sheet", "Sheet1", n + 2)]) for n in range(ITEMS)]
    queue.submit(Submission(flow.name, "1", Actor(ActorKind.PERSON, "bench"), items))
    began = time.perf_counter()
    claim = queue.claim("bench", [flow.name], lease=LEASE)
    while claim is not None:
        ending = executor.attempt(claim)
        claim = queue.finish_and_claim(claim, ending, by=executor.actor(claim), workflows=[flow.name], lease=LEASE,
                                       worker_id="bench")  # fmt: skip
    seconds = time.perf_counter() - began
    assert verify(database).clean
    assert views.totals(1).completed == ITEMS
    database.close()
    return ITEMS / seconds


def run() -> list[tuple[str, float]]:
    """Measure all in turn, several rounds, and return medians in items a second."""
    measures: dict[str, Callable[[Path], float]] = {
        "two bare durable commits": floor,
        "item without a step": lambda folder: engine(folder, do_nothing_stepless),
        "item with one kept step": lambda folder: engine(folder, do_nothing),
    }
    rates: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(ROUNDS):
        for name, measure in measures.items():
            with TemporaryDirectory() as folder:
                rates[name].append(measure(Path(folder)))
    return [(name, median(found)) for name, found in rates.items()]


if __name__ == "__main__":
    results = run()
    for name, rate in results:
        print(f"{name:28} {rate:8.0f} items/s   {rate / results[0][1]:.2f}")
