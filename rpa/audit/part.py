"""A part of the record: what was sealed from one time to another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from rpa.audit.findings import stored
from rpa.audit.links import End, begin
from rpa.audit.sealer import Seal
from rpa.db.seal_tables import leaf, seal


@dataclass(frozen=True, slots=True)
class Part:
    """From a time, to a time; all there is where none is given. It is widened to the seals around it."""

    since: datetime | None = None
    until: datetime | None = None
    after: Seal | None = None
    """The seal that it begins after, in place of a time."""
    up_to: Seal | None = None
    """The seal that it ends with, in place of a time."""

    @property
    def is_whole(self) -> bool:
        """Whether it is all there is."""
        return self == WHOLE

    @property
    def has_end(self) -> bool:
        """Whether what came later, sealed or not, is left out."""
        return self.until is not None or self.up_to is not None

    @property
    def completes(self) -> bool:
        """Whether the rest of the record is looked at elsewhere, so that both together are the whole."""
        return self.after is not None and not self.has_end

    def first(self, connection: Connection) -> Seal | None:
        """Return the seal that it begins after; None for the beginning of the record."""
        if self.since is None or self.after is not None:
            return self.after
        before = select(seal).where(seal.c.sealed_at <= self.since)
        return _seal(connection.execute(before.order_by(seal.c.tree.desc(), seal.c.size.desc()).limit(1)).first())

    def last(self, connection: Connection) -> Seal | None:
        """Return the seal that it ends with; None for the end of the record."""
        if self.until is None or self.up_to is not None:
            return self.up_to
        after = select(seal).where(seal.c.sealed_at >= self.until)
        return _seal(connection.execute(after.order_by(seal.c.tree, seal.c.size).limit(1)).first())

    def start(self, connection: Connection) -> Callable[[str], End]:
        """Return what tells the entry of a run that comes right before the part."""
        first = self.first(connection)
        return begin if first is None else lambda run: _before(connection, run, first)


WHOLE = Part()


def _before(connection: Connection, run: str, first: Seal) -> End:
    """Return the last entry of a run that the seal covers."""
    covered = (leaf.c.tree < first.tree) | ((leaf.c.tree == first.tree) & (leaf.c.idx < first.size))
    last = select(leaf.c.seq, leaf.c.hash).where(leaf.c.run == run, covered).order_by(leaf.c.seq.desc()).limit(1)
    found = connection.execute(last).one_or_none()
    return begin(run) if found is None else (found.seq, stored(found.hash))


def _seal(row: object) -> Seal | None:
    return None if row is None else Seal(*row)  # type: ignore[misc]
