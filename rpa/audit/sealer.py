"""Seals the record: numbers what was appended, and signs a note on size and root that stands for all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from rpa.audit.events import Event
from rpa.audit.notes import Checkpoint, SigningKey
from rpa.audit.record import Record
from rpa.audit.tree import Leaf, Tree
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.seal_tables import seal, sealed_run
from rpa.db.tables import chain, event
from rpa.models import Actor, ActorKind

SEALS_RUN = "seals"
"""The run of what the sealer itself says."""
_MOST_LEAVES = 50_000
"""Leaves of one transaction: others wait for it on SQLite."""
_LIBRARY = Actor(ActorKind.LIBRARY, "rpa")


@dataclass(frozen=True, slots=True)
class Seal:
    """A signed head of a year's tree."""

    tree: int
    size: int
    note: str
    sealed_at: datetime


class Sealer:
    """Seals what was committed since the last time. Any number may run: one at a time does, the others leave it to it.

    Leaves are numbered without a gap in whatever order entries were committed, so no writer ever waits for another's
    run. The last leaf below each seal is the entry `log.sealed`, also when nothing else happened: a record that nobody
    sealed for a while shows it.
    """

    def __init__(self, database: Database, record: Record, clock: Clock, key: SigningKey) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._key = key

    def seal(self) -> Seal | None:
        """Seal all there is; return the last seal, or None where another process is at it."""
        made = self._seal_some()
        while made is not None and made[1]:
            made = self._seal_some()
        return made[0] if made else None

    def _seal_some(self) -> tuple[Seal, bool] | None:
        """Seal as much as one transaction should; return the seal and whether something is left."""
        with self._database.transaction() as connection:
            if not self._database.lock_seals(connection):
                return None
            last = latest_seal(connection)
            tree = self._tree(connection, last)
            leaves = list(_unsealed(connection))
            self._say_sealed(connection, tree, len(leaves), last)
            leaves += _of_run(connection, SEALS_RUN)
            root = tree.add(leaves).root()
            _note_sealed(connection, leaves)
            return self._sign(connection, tree, root), len(leaves) > _MOST_LEAVES

    def _tree(self, connection: Connection, last: Seal | None) -> Tree:
        """Return the tree of the year; a new one begins with what the last one ended with."""
        year = self._clock.now().year
        if last is None or year <= last.tree:  # a clock that goes back over New Year opens no tree twice
            return Tree(connection, year if last is None else last.tree)
        facts = {"tree": year, "after": last.tree, "size": last.size, "note": last.note}
        self._record.append(connection, SEALS_RUN, Event("log.opened", _LIBRARY, facts=facts))
        return Tree(connection, year)

    def _say_sealed(self, connection: Connection, tree: Tree, number: int, last: Seal | None) -> None:
        said = len(list(_of_run(connection, SEALS_RUN))) + 1
        facts = {"tree": tree.year, "size": tree.size + number + said, "key": str(self._key.public),
                 "previous": None if last is None else {"tree": last.tree, "size": last.size}}  # fmt: skip
        self._record.append(connection, SEALS_RUN, Event("log.sealed", _LIBRARY, facts=facts))

    def _sign(self, connection: Connection, tree: Tree, root: bytes) -> Seal:
        note = self._key.sign(Checkpoint(origin_of(self._key.name, tree.year), tree.size, root))
        made = Seal(tree.year, tree.size, note, self._clock.now())
        values = {"tree": made.tree, "size": made.size, "note": note, "sealed_at": made.sealed_at}
        connection.execute(insert(seal).values(**values))
        return made


def origin_of(name: str, year: int) -> str:
    """Return the name of a year's tree, as its notes state it."""
    return f"{name}/{year}"


def latest_seal(connection: Connection) -> Seal | None:
    """Return the newest seal; None where nothing was sealed yet."""
    newest = select(seal).order_by(seal.c.tree.desc(), seal.c.size.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    return None if found is None else Seal(found.tree, found.size, found.note, found.sealed_at)


def _unsealed(connection: Connection) -> Iterator[Leaf]:
    """Yield the entries that have no leaf yet, run by run, but those of the sealer; at most so many."""
    left = _MOST_LEAVES
    for run in _open_runs(connection):
        for one in _of_run(connection, run, most=left):
            left -= 1
            yield one
        if left <= 0:
            return


def _open_runs(connection: Connection) -> list[str]:
    done = func.coalesce(sealed_run.c.size, 0)
    runs = select(chain.c.run).select_from(chain.outerjoin(sealed_run, sealed_run.c.run == chain.c.run))
    unsealed = runs.where(chain.c.size > done, chain.c.run != SEALS_RUN).order_by(chain.c.run)
    return list(connection.execute(unsealed).scalars())


def _of_run(connection: Connection, run: str, *, most: int = _MOST_LEAVES) -> Iterator[Leaf]:
    done = connection.execute(select(sealed_run.c.size).where(sealed_run.c.run == run)).scalar() or 0
    entries = select(event.c.seq, event.c.hash).where(event.c.run == run, event.c.seq > done)
    rows: list[Row[tuple[int, bytes]]] = list(connection.execute(entries.order_by(event.c.seq).limit(most)))
    return (Leaf(run, row.seq, bytes(row.hash)) for row in rows)


def _note_sealed(connection: Connection, leaves: list[Leaf]) -> None:
    for run, size in {one.run: one.seq for one in leaves}.items():
        moved = update(sealed_run).where(sealed_run.c.run == run).values(size=size)
        if connection.execute(moved).rowcount == 0:
            connection.execute(insert(sealed_run).values(run=run, size=size))
