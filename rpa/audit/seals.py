"""Checks the seals of the record on one snapshot: every leaf against its entry, every root against its signed note."""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, union

from rpa.audit.anchored import Anchored, sort_out
from rpa.audit.anchors import Anchor
from rpa.audit.findings import Finding, SealFinding, stored
from rpa.audit.merkle import Frontier
from rpa.audit.notes import PublicKey, open_note
from rpa.audit.sealer import SEALS_RUN, origin_of
from rpa.audit.years import OPENED, wrong_links
from rpa.db.seal_tables import leaf, seal, sealed_run
from rpa.db.tables import chain, event
from rpa.exceptions import RecordError

_AT_ONCE = 10_000
_SEALED = "log.sealed"


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
    opened: dict[int, list[int]] = field(default_factory=dict)
    """The entries, in the run of the seals, that opened a year's tree, by that year."""


def check_seals(connection: Connection, keys: Sequence[PublicKey], anchors: Iterable[Anchor] = ()) -> SealCheck:
    """Check every leaf against its entry, and every seal, which one of `keys` must have signed; and copies of seals."""
    check = SealCheck()
    copies, wrong = sort_out(anchors, keys)
    check.findings += wrong
    years = connection.execute(union(select(leaf.c.tree).distinct(), select(seal.c.tree).distinct())).scalars()
    kept = sorted(years)
    for year in sorted({*kept, *copies}):
        check.findings += _check_tree(connection, check, keys, copies.get(year, Anchored(year)))
    if not check.findings:  # else the years themselves aren't sound
        check.findings += wrong_links(connection, kept, check.opened)
    check.findings += _runs_without_leaves(connection)
    held = select(func.coalesce(func.sum(chain.c.size), 0)).scalar_subquery()
    done = select(func.coalesce(func.sum(sealed_run.c.size), 0)).scalar_subquery()
    check.unsealed = max(0, int(connection.execute(select(held - done)).scalar_one()))
    return check


def _check_tree(connection: Connection, check: SealCheck, keys: Sequence[PublicKey],
                copies: Anchored) -> Iterator[Finding]:  # fmt: skip
    """Walk through the leaves of a year, its seals and their copies beside them, up to the first that is wrong."""
    year = copies.year
    frontier, seals = Frontier(), _seals(connection, year)
    due, before = next(seals, None), 0
    for row in _leaves(connection, year):
        said = _broken_leaf(row, frontier.size)
        if said is not None:
            yield said
            return
        if (row.run, row.name) == (SEALS_RUN, OPENED):
            check.opened.setdefault(year, []).append(row.seq)
        frontier.add(stored(row.hash))
        if frontier.size in copies.roots:
            check.anchored = max(check.anchored, (year, frontier.size))
            yield from copies.check(frontier.size, frontier.root())
        if due is not None and frontier.size == due.size:
            said = _broken_seal(due, row, frontier.root(), keys)
            if said is not None:
                yield said
                return
            check.sealed, check.last, before = check.sealed + due.size - before, due.sealed_at, due.size
            check.newest = (year, due.size)
            due = next(seals, None)
    yield from copies.left(frontier.size)
    yield from _wrong_end(frontier.size, before, due, seals)


def _leaves(connection: Connection, year: int) -> Iterator[Any]:
    same = (event.c.run == leaf.c.run) & (event.c.seq == leaf.c.seq)
    rows = select(leaf, event.c.hash.label("entry"), event.c.name).select_from(leaf.outerjoin(event, same))
    after = -1
    while True:
        page = rows.where(leaf.c.tree == year, leaf.c.idx > after).order_by(leaf.c.idx).limit(_AT_ONCE)
        found = connection.execute(page).all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = found[-1].idx


def _seals(connection: Connection, year: int) -> Iterator[Any]:
    after = -1
    while True:
        page = select(seal).where(seal.c.tree == year, seal.c.size > after).order_by(seal.c.size).limit(_AT_ONCE)
        found = connection.execute(page).all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = found[-1].size


def _broken_leaf(row: Any, expected: int) -> Finding | None:
    if row.idx != expected:
        return SealFinding(f"leaf {expected}", expected, f"Leaf {expected:,} of the record of {row.tree} is missing.")
    if row.entry is None:
        return Finding(row.run, row.seq, "is missing: it was sealed and is not there any more")
    if stored(row.entry) != stored(row.hash):
        return Finding(row.run, row.seq, "does not match its seal")
    return None


def _broken_seal(due: Any, row: Any, root: bytes, keys: Sequence[PublicKey]) -> Finding | None:
    name = f"The seal of {due.sealed_at:%Y-%m-%d %H:%M:%S} UTC over {due.size:,} entries"
    try:
        checkpoint, key = open_note(due.note, *keys)
    except RecordError as error:
        return SealFinding("seals", due.size, f"{name} can't be relied on: {error}.")
    if (checkpoint.origin, checkpoint.size) != (origin_of(key.name, due.tree), due.size):
        return SealFinding("seals", due.size, f"{name} states another size or another year than it is filed under.")
    if checkpoint.root != root:
        return SealFinding("seals", due.size, f"{name} does not fit the entries below it: some were changed.")
    if row.name != _SEALED:
        return SealFinding("seals", due.size, f"{name} does not end with the entry of a seal.")
    return None


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
    """Find runs that say they are sealed further than they have leaves, or that are not there any more."""
    counted = select(leaf.c.run, func.count().label("leaves")).group_by(leaf.c.run).subquery()
    both = sealed_run.outerjoin(counted, counted.c.run == sealed_run.c.run)
    wrong = select(sealed_run.c.run, func.coalesce(counted.c.leaves, 0)).select_from(both)
    for run, leaves in connection.execute(wrong.where(sealed_run.c.size != func.coalesce(counted.c.leaves, 0))):
        yield Finding(run, leaves + 1, "is said to be sealed and has no leaf")
    behind = chain.join(sealed_run, sealed_run.c.run == chain.c.run)
    cut = select(chain.c.run, chain.c.size).select_from(behind).where(chain.c.size < sealed_run.c.size)
    for run, size in connection.execute(cut):
        yield Finding(run, size + 1, "is missing: it was sealed and is not there any more")
