"""Moves what the entries of a year say into a file that is only read; places and hashes of the entries stay.

In this order, so that it may be stopped anywhere: the file is written, read back and put in its place, the record tells
of it, and only then are the bodies taken out of the database, part by part. The same command goes on from there.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_, update

from rpa.audit.bodies import ARCHIVED, MOVED, STAY, Bodies
from rpa.audit.events import Event
from rpa.audit.findings import stored
from rpa.audit.record import SYSTEM_RUN, Record, chain_hash
from rpa.audit.trail import Trail
from rpa.db import Database
from rpa.db.seal_tables import leaf, seal
from rpa.db.tables import event, item
from rpa.db.yearfiles import YearFile, path_of, write_year
from rpa.erasure.found import UNFINISHED
from rpa.exceptions import RecordError, UsageError
from rpa.models import Actor

_AT_ONCE = 10_000
_SAME = (leaf.c.run == event.c.run) & (leaf.c.seq == event.c.seq)


@dataclass(frozen=True, slots=True)
class Archived:
    """A year that was moved: its file, and how many entries are in it."""

    path: Path
    entries: int
    digest: str


class Archiver:
    """Moves years out of the database, into files of a folder."""

    def __init__(self, database: Database, record: Record, folder: Path) -> None:
        self._database = database
        self._record = record
        self._folder = folder

    def move(self, year: int, *, by: Actor) -> Archived:
        """Move a year.

        Raises:
            UsageError: It has not ended, nothing of it was sealed, or work that it tells of is not over.
            RecordError: An entry is not as it was written, or the file is not as the record says.
        """
        self._check(year)
        path = path_of(self._folder, year)
        told = self._told(year)
        digest = _digest(path) if path.is_file() else None
        if told is None or (digest != told and not self._has_begun(year)):
            digest = self._write(path, year, by)
        elif digest != told:
            raise RecordError(
                f"found {'no file' if digest is None else 'another file'} in the place of {path.name}, expected the "
                f"one that the record says {year} was moved to; bring it back to {str(self._folder)!r}"
            )
        self._take_out(year)
        return Archived(path, self._count(year), digest)

    def _check(self, year: int) -> None:
        with self._database.reading() as connection:
            newest = connection.execute(select(func.max(seal.c.tree))).scalar()
            if newest is None or year >= newest:
                raise UsageError(
                    f"found {year}, of which no later year has a seal yet, expected one that has ended: its successor "
                    f"is sealed by the first command or worker of that year; the newest sealed is {newest or 'none'}"
                )
            if not self._count(year):
                raise UsageError(f"the record has nothing of {year}")
            runs = select(leaf.c.run).where(leaf.c.tree == year).distinct()
            named = {str(run) for run in connection.execute(runs).scalars()}
            still = select(item.c.job_id).where(item.c.state.in_(UNFINISHED)).distinct().order_by(item.c.job_id)
            waiting = [number for number in connection.execute(still).scalars() if f"job-{number}" in named]
        if waiting:
            raise UsageError(
                f"job {waiting[0]} of {year} still has items that wait, run or failed, expected all to be completed or "
                "cancelled: let it end, or see to its items first; nothing was moved"
            )
        doubt = next((one for one in Trail(self._database).begun_only() if one[0] in named), None)
        if doubt is not None:
            raise UsageError(
                f"item {doubt[1]} in {doubt[0]} has a write without an ending, expected all to have one: look into the "
                "system first, see `rpa audit doubts`; nothing was moved"
            )

    def _told(self, year: int) -> str | None:
        """Return the SHA-256 of the year's file, as the record told of it the last time."""
        with self._database.reading() as connection:
            return dict(Bodies(connection).moved).get(year)

    def _has_begun(self, year: int) -> bool:
        gone = _of_year(select(event.c.seq), year).where(event.c.body == MOVED).limit(1)
        with self._database.reading() as connection:
            return connection.execute(gone).first() is not None

    def _write(self, path: Path, year: int, by: Actor) -> str:
        """Write the file, read it back, put it in its place, and tell of it; return its SHA-256."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with self._database.reading() as connection:
            seals = select(seal.c.size, seal.c.note).where(seal.c.tree == year).order_by(seal.c.size)
            notes = [(row.size, row.note) for row in connection.execute(seals)]
            number = write_year(part, _entries(connection, year), notes)
            _check_written(connection, part, year)
        digest = _digest(part)
        if path.exists():
            path.chmod(0o600)  # Windows replaces none that may only be read
        part.replace(path)
        facts = {"year": year, "file": path.name, "sha256": digest, "count": number}
        with self._database.transaction() as connection:
            self._record.append(connection, SYSTEM_RUN, Event(ARCHIVED, by, facts=facts))
        return digest

    def _take_out(self, year: int) -> None:
        last = select(func.max(leaf.c.idx)).where(leaf.c.tree == year)
        with self._database.reading() as connection:
            most = connection.execute(last).scalar() or 0
        for start in range(0, most + 1, _AT_ONCE):
            some = (leaf.c.tree == year) & leaf.c.idx.between(start, start + _AT_ONCE - 1)
            places = select(leaf.c.run, leaf.c.seq).where(some)
            with self._database.transaction() as connection:
                mine = tuple_(event.c.run, event.c.seq).in_(places)
                connection.execute(update(event).where(mine, _MOVES, event.c.body != MOVED).values(body=MOVED))

    def _count(self, year: int) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(_of_year(select(func.count()), year)).scalar_one())


_MOVES: ColumnElement[bool] = event.c.name.not_in(STAY)


def _of_year(wanted: Select[Any], year: int) -> Select[Any]:
    return wanted.select_from(leaf.join(event, _SAME)).where(leaf.c.tree == year, _MOVES)


def _rows(connection: Connection, year: int) -> Iterator[Any]:
    wanted = _of_year(select(leaf.c.idx, leaf.c.hash.label("sealed"), event), year).order_by(leaf.c.idx).limit(_AT_ONCE)
    start = 0
    while rows := connection.execute(wanted.where(leaf.c.idx >= start)).all():
        yield from rows
        start = rows[-1].idx + 1


def _entries(connection: Connection, year: int) -> Iterator[tuple[str, int, int, bytes, bytes]]:
    bodies = Bodies(connection)
    for row in _rows(connection, year):
        body = bodies.of(row)
        if chain_hash(stored(row.prev), body) != stored(row.sealed):
            raise RecordError(
                f"entry {row.seq:,} of {row.run.replace('-', ' ')} does not match its seal, so nothing was moved; run "
                "`rpa audit verify` and keep the database as it is"
            )
        yield row.run, row.seq, row.idx, stored(row.prev), body


def _check_written(connection: Connection, path: Path, year: int) -> None:
    """Read a file back and hold each entry against its leaf."""
    file = YearFile(path)
    try:
        for row in _rows(connection, year):
            body = file.body(row.run, row.seq)
            if body is None or chain_hash(stored(row.prev), body) != stored(row.sealed):
                raise RecordError(f"the file {path.name} does not hold what was written to it; check the disk it is on")
    finally:
        file.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
