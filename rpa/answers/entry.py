"""One entry of the record with all that proves it: its text, its neighbours, its place in the tree, the seal above."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from rpa.audit import Entry, Trail
from rpa.audit.bodies import Bodies
from rpa.audit.findings import stored
from rpa.audit.keys import SealKeys
from rpa.audit.merkle import root_from_proof
from rpa.audit.notes import open_note
from rpa.audit.record import chain_hash
from rpa.audit.tree import Tree
from rpa.db import Database
from rpa.db.seal_tables import leaf, seal
from rpa.db.tables import chain, event
from rpa.exceptions import NotFoundError, RecordError


@dataclass(frozen=True, slots=True)
class Covering:
    """The first seal that covers an entry, and the way from the entry's leaf to its root."""

    year: int
    leaf: int
    size: int
    sealed_at: datetime
    signed_by: str
    """The key that signed it; nothing where no known key did."""
    proof: tuple[str, ...]
    """The hashes on the way up, the lowest first (RFC 9162)."""
    fits: bool
    """Whether the leaf is the entry's, and the way leads to the root that was signed."""


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """An entry as it stands in the database."""

    entry: Entry
    body: str
    """The text that the hash is over, letter by letter."""
    prev: str
    last: int
    """The number of the newest entry of its run."""
    fits: bool
    """Whether the hash is that of the text and of the entry before."""
    covering: Covering | None
    """None while no seal covers it."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing about it is otherwise than it was written, as far as can be seen here."""
        return self.fits and (self.covering is None or self.covering.fits)


def proved_entry(database: Database, keys: SealKeys, run: str, seq: int) -> ProvedEntry:
    """Return an entry with what proves it.

    Raises:
        NotFoundError: There is none of that number.
        RecordElsewhere: What it says is in the file of a year that is not there.
    """
    found = Trail(database).at([(run, seq)])
    if not found:
        raise NotFoundError(f"there is no entry {seq} of {run}")
    with database.reading() as connection:
        row: Any = connection.execute(select(event).where(event.c.run == run, event.c.seq == seq)).one()
        body = Bodies(connection).of(row)
        last = connection.execute(select(chain.c.size).where(chain.c.run == run)).scalar() or seq
        covering = _covering(connection, keys, row)
    fits = chain_hash(stored(row.prev), body) == stored(row.hash)
    return ProvedEntry(found[0], body.decode(errors="replace"), stored(row.prev).hex(), last, fits, covering)


def _covering(connection: Connection, keys: SealKeys, row: Any) -> Covering | None:
    place: Any = connection.execute(select(leaf).where(leaf.c.run == row.run, leaf.c.seq == row.seq)).one_or_none()
    if place is None:
        return None
    above = select(seal).where(seal.c.tree == place.tree, seal.c.size > place.idx).order_by(seal.c.size).limit(1)
    first: Any = connection.execute(above).one_or_none()
    if first is None:
        return None
    proof = Tree(connection, place.tree).proof(place.idx, first.size)
    signed_by, root = _signed(first.note, keys)
    leads_to = root_from_proof(stored(place.hash), place.idx, first.size, proof)
    fits = stored(place.hash) == stored(row.hash) and leads_to == root
    return Covering(place.tree, place.idx, first.size, first.sealed_at, signed_by, tuple(one.hex() for one in proof),
                    fits)  # fmt: skip


def _signed(note: str, keys: SealKeys) -> tuple[str, bytes]:
    """Return who signed a seal and the root that it states; nothing where no known key did."""
    try:
        checkpoint, key = open_note(note, *keys.public())
    except RecordError:
        return "", b""
    return key.name, checkpoint.root
