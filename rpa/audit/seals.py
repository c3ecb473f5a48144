"""Checks the seals of the record on one snapshot: every leaf against its entry, every root against its signed note."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from rpa.audit.against import Against
from rpa.audit.anchored import Anchored, sort_out
from rpa.audit.bodies import MOVED, Bodies
from rpa.audit.findings import Finding, SealFinding, stored
from rpa.audit.leaves import AT_ONCE, OPENED, ROTATED, SEALED, Leaf, follow_sound, pages
from rpa.audit.links import Links, said_by
from rpa.audit.merkle import Frontier
from rpa.audit.notes import PublicKey, open_note
from rpa.audit.record import chain_hash
from rpa.audit.sealer import SEALS_RUN, Seal, origin_of
from rpa.audit.signers import Signers
from rpa.audit.times import Times
from rpa.audit.tree import Tree
from rpa.audit.years import wrong_links
from rpa.db.seal_tables import leaf, seal, sealed_run
from rpa.db.tables import chain
from rpa.exceptions import RecordError

_HASH = Leaf._fields.index("leaf_hash")


@dataclass(slots=True)
class SealCheck:
    """What a check of the seals found."""

    findings: list[Finding] = field(default_factory=list)
    sealed: int = 0
    """Entries that a seal covers."""
    unsealed: int = 0
    """Entries that came after the last seal."""
    last: datetime | None = None
    """When the record was sealed the last time; None if it never was."""
    anchored: tuple[int, int] = (0, 0)
    """Year and size of the newest copy of a seal that fits the record."""
    newest: tuple[int, int] = (0, 0)
    """Year and size of the newest seal."""
    doubts: list[str] = field(default_factory=list)
    """What can be explained without an attack, and by one too."""
    opened: dict[int, list[int]] = field(default_factory=dict)
    """The entries, in the run of the seals, that opened a year's tree, by that year."""


def check_seals(connection: Connection, against: Against, links: Links, progress: Callable[[int], object]) -> SealCheck:
    """Check every leaf against its entry, and every seal, which a known key must have signed; and copies of seals.

    A key counts by itself if it is relied on, or, where none is, if it was the first to sign.
    """
    keys, part = against.keys or (), against.part
    walk = Walk(connection, keys, links, progress)
    walk.signers.trusted |= {str(one) for one in against.relied_on}
    copies, wrong = sort_out(against.anchors, keys)
    walk.check.findings += wrong
    first, last = part.first(connection), part.last(connection)
    kept = sorted({*_years(connection, leaf), *_years(connection, seal)})
    for year in sorted({*kept, *copies}):
        if (first is None or year >= first.tree) and (last is None or year <= last.tree):
            walk.tree(copies.get(year, Anchored(year)), first=first, last=last)
    if part.is_whole and not walk.check.findings:  # else the years themselves aren't sound
        walk.check.findings += wrong_links(connection, kept, walk.check.opened)
    if part.is_whole or part.completes:
        walk.check.findings += _runs_without_leaves(connection)
    walk.check.unsealed = 0 if part.has_end else _unsealed(connection)
    walk.check.doubts += [*walk.signers.doubts, *walk.times.doubts]
    return walk.check


def _years(connection: Connection, table: Table) -> Iterator[int]:
    """Yield the years of a table, each found in its key: there are few of them, and of rows many."""
    first = select(func.min(table.c.tree))
    year = connection.execute(first).scalar()
    while year is not None:
        yield int(year)
        year = connection.execute(first.where(table.c.tree > year)).scalar()


def _unsealed(connection: Connection) -> int:
    held = select(func.coalesce(func.sum(chain.c.size), 0)).scalar_subquery()
    done = select(func.coalesce(func.sum(sealed_run.c.size), 0)).scalar_subquery()
    return max(0, int(connection.execute(select(held - done)).scalar_one()))


class Walk:
    """Goes through the leaves of the years, the entries they stand for, the seals and their copies beside them."""

    def __init__(self, connection: Connection, keys: Sequence[PublicKey], links: Links,
                 progress: Callable[[int], object]) -> None:  # fmt: skip
        self.check = SealCheck()
        self.signers = Signers()
        self.times = Times()
        self._connection = connection
        self._keys = keys
        self._links = links
        self._progress = progress
        self._bodies = Bodies(connection)
        self._frontier = Frontier()
        self._covered = 0

    def tree(self, copies: Anchored, *, first: Seal | None, last: Seal | None) -> None:
        """Check a year, from the first seal to the last, up to the first that is wrong."""
        self.check.findings += self._tree(copies, first, last)

    def _tree(self, copies: Anchored, first: Seal | None, last: Seal | None) -> Iterator[Finding]:
        year, self._frontier, self._covered = copies.year, Frontier(), 0
        if first is not None and first.tree == year:
            yield from (wrong := list(self._trusted(first)))
            if wrong:
                return
            copies.forget(first.size)
        seals = _seals(self._connection, year, self._covered)
        due = next(seals, None)
        for page in pages(self._connection, self._bodies, year, self._covered):
            place = 0
            while place < len(page):
                place += (many := self._many(page, place, due, copies))
                if many:
                    continue
                row, place = Leaf._make(page[place]), place + 1
                said = self._leaf(row, year) or self._seal_at(row, due)
                if said is not None:
                    yield said
                    return
                yield from self._copied(copies)
                if due is not None and self._covered == due.size:
                    if last is not None and (year, due.size) == (last.tree, last.size):
                        return
                    due = next(seals, None)
            self._progress(self._links.count)
        yield from copies.left(self._frontier.size)
        yield from _wrong_end(self._frontier.size, self._covered, due, seals)

    def _many(self, page: Sequence[tuple[Any, ...]], place: int, due: Any, copies: Anchored) -> int:
        """Follow what comes before the next leaf at which a root is needed; return how many were sound."""
        size = self._frontier.size
        stop = min(
            [one for one in (due.size if due else None, copies.following(size)) if one], default=size + len(page) + 1
        )
        some = page[place : place + max(0, stop - 1 - size)]
        moved = copies.year in self._bodies.absent
        sound = follow_sound(some, size, self._links, self.times, moved=moved) if some else 0
        self._frontier.extend([one[_HASH] for one in some[:sound]])
        return sound

    def _trusted(self, first: Seal) -> Iterator[Finding]:
        """Begin after a seal: its root is made of the kept nodes, what is below them is not looked at."""
        self._frontier = Tree(self._connection, first.tree).frontier(first.size)
        self._covered, self.times.before = first.size, first.sealed_at
        wrong = self._broken_note(first, self._frontier.root())
        if wrong is not None:
            yield wrong

    def _leaf(self, row: Leaf, year: int) -> Finding | None:
        said = _broken_leaf(row, self._frontier.size, year)
        if said is not None:
            return said
        if row.body == MOVED and year in self._bodies.absent and self._bodies.may_be_moved(row.name):
            return self._moved(row)
        said = _broken_body(row)
        if said is not None:
            return said
        body = said_by(row.body)
        broken = self._links.follow(row, stored(row.body), body)
        if broken is not None or body is None:
            return Finding(row.run, row.seq, str(broken))
        self.times.see(body)
        if row.name == ROTATED:
            self.signers.see(body)
        elif row.name == OPENED and row.run == SEALS_RUN:
            self.check.opened.setdefault(year, []).append(row.seq)
        self._frontier.add(stored(row.leaf_hash))
        return None

    def _moved(self, row: Leaf) -> Finding | None:
        """Take a leaf whose entry says what is in a file that is not there."""
        broken = self._links.pass_by(row)
        if broken is not None:
            return Finding(row.run, row.seq, broken)
        self._frontier.add(stored(row.leaf_hash))
        return None

    def _seal_at(self, row: Any, due: Any) -> Finding | None:
        """Check the seal that is due with this leaf; an entry that tells of a seal is nowhere else."""
        size = self._frontier.size
        if due is not None and size == due.size:
            return self._seal(due, row)
        return SealFinding("seals", size, f"The seal over {size:,} entries is missing.") if row.name == SEALED else None

    def _copied(self, copies: Anchored) -> Iterator[Finding]:
        size = self._frontier.size
        if size in copies.roots:
            self.check.anchored = max(self.check.anchored, (copies.year, size))
            yield from copies.check(size, self._frontier.root())

    def _seal(self, due: Any, row: Any) -> Finding | None:
        said = self._broken_note(due, self._frontier.root())
        if said is None and row.name != SEALED:
            said = SealFinding("seals", due.size, f"{_name(due)} does not end with the entry of a seal.")
        if said is not None:
            return said
        body = said_by(row.body)
        if body is not None:  # else it was moved with the times before it
            self.times.sealed(body)
        self.check.sealed += due.size - self._covered
        self.check.last, self.check.newest, self._covered = due.sealed_at, (due.tree, due.size), due.size
        return None

    def _broken_note(self, due: Any, root: bytes) -> Finding | None:
        name = _name(due)
        try:
            checkpoint, key = open_note(due.note, *self._keys)
        except RecordError as error:
            return SealFinding("seals", due.size, f"{name} can't be relied on: {error}.")
        if (checkpoint.origin, checkpoint.size) != (origin_of(key.name, due.tree), due.size):
            return SealFinding("seals", due.size, f"{name} states another size or another year than it is filed under.")
        if checkpoint.root != root:
            return SealFinding("seals", due.size, f"{name} does not fit the entries below it: some were changed.")
        self.signers.signed(key, due.size)
        return None


def _name(due: Any) -> str:
    return f"The seal of {due.sealed_at:%Y-%m-%d %H:%M:%S} UTC over {due.size:,} entries"


def _broken_leaf(row: Leaf, expected: int, year: int) -> Finding | None:
    if row.idx != expected:
        return SealFinding(f"leaf {expected}", expected, f"Leaf {expected:,} of the record of {year} is missing.")
    if row.hash is None:
        return Finding(row.run, row.seq, "is missing: it was sealed and is not there any more")
    return None if row.hash == row.leaf_hash else Finding(row.run, row.seq, "does not match its seal")


def _broken_body(row: Leaf) -> Finding | None:
    if stored(row.body) == MOVED:
        return Finding(row.run, row.seq, "says nothing any more, and no file of its year has what it said")
    if chain_hash(stored(row.prev), stored(row.body)) != stored(row.leaf_hash):
        return Finding(row.run, row.seq, "does not match its seal")
    return None


def _seals(connection: Connection, year: int, after: int) -> Iterator[Any]:
    while True:
        page = select(seal).where(seal.c.tree == year, seal.c.size > after).order_by(seal.c.size).limit(AT_ONCE)
        found = connection.execute(page).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].size


def _wrong_end(size: int, sealed: int, due: Any, seals: Iterator[Any]) -> Iterator[Finding]:
    if due is not None:
        (last,) = deque(itertools.chain([due], seals), maxlen=1)  # the newest says most
        missing = last.size - size
        when = f"{last.sealed_at:%Y-%m-%d %H:%M:%S}"
        said = f"The record ends at {size:,} but the seal of {when} UTC covers {last.size:,}: {missing:,} are missing."
        yield SealFinding("seals", last.size, said)
    elif size != sealed:
        yield SealFinding(
            "seals", size, f"The record has {size:,} leaves, and no seal covers the last {size - sealed:,}."
        )


def _runs_without_leaves(connection: Connection) -> Iterator[Finding]:
    """Find runs that say they are sealed further than they have leaves, or less far, or that are not there any more."""
    counted = select(leaf.c.run, func.count().label("leaves")).group_by(leaf.c.run).subquery()
    both = sealed_run.outerjoin(counted, counted.c.run == sealed_run.c.run)
    wrong = select(sealed_run.c.run, func.coalesce(counted.c.leaves, 0)).select_from(both)
    for run, leaves in connection.execute(wrong.where(sealed_run.c.size != func.coalesce(counted.c.leaves, 0))):
        yield Finding(run, leaves + 1, "is said to be sealed and has no leaf")
    forgotten = select(leaf.c.run).where(leaf.c.run.not_in(select(sealed_run.c.run))).distinct()
    for (run,) in connection.execute(forgotten):
        yield Finding(run, 1, "was sealed and is said not to be")
    behind = chain.join(sealed_run, sealed_run.c.run == chain.c.run)
    cut = select(chain.c.run, chain.c.size).select_from(behind).where(chain.c.size < sealed_run.c.size)
    for run, size in connection.execute(cut):
        yield Finding(run, size + 1, "is missing: it was sealed and is not there any more")
