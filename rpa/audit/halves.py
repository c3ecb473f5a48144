"""Checks a large record in two processes: one up to the seal in its middle, the other from there on."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import func, select

from rpa.audit.against import Against
from rpa.audit.part import Part
from rpa.audit.sealer import Seal
from rpa.audit.seals import SealCheck
from rpa.audit.verify import Progress, Verification, verify
from rpa.audit.years import wrong_links
from rpa.db import Database
from rpa.db.seal_tables import leaf, seal
from rpa.db.tables import chain

LARGE = 200_000
"""Sealed entries from which on another process costs less than it saves."""


def verify_large(
    database: Database, *, against: Against, progress: Progress = bool, large: int = LARGE
) -> Verification:
    """Check the record as `verify` does.

    The first half ends with a seal that the second begins with. Both see a snapshot of their own: what is sealed does
    not change, and what is not belongs to the second.
    """
    whole = against.part.is_whole and against.keys is not None
    middle = _middle(database, large) if whole else None
    if middle is None:
        return verify(database, against=against, progress=progress)
    anchors = tuple(against.anchors)
    first, second = (replace(against, anchors=anchors, part=part) for part in (Part(up_to=middle), Part(after=middle)))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        earlier = pool.submit(_verified, database.url, database.archives, replace(first, heads=()))
        rest = verify(database, against=second, progress=progress)
        return _together(database, earlier.result(), rest)


def _verified(url: str, archives: Path | None, against: Against) -> Verification:
    database = Database(url, archives=archives)
    try:
        return verify(database, against=against)
    finally:
        database.close()


def _middle(database: Database, large: int) -> Seal | None:
    """Return the seal in the middle of the year with the most leaves; None if there are few."""
    with database.reading() as connection:
        counted = select(leaf.c.tree, func.max(leaf.c.idx).label("last")).group_by(leaf.c.tree)
        most = connection.execute(counted.order_by(func.max(leaf.c.idx).desc()).limit(1)).one_or_none()
        if most is None or most.last < large:
            return None
        half = (
            select(seal).where(seal.c.tree == most.tree, seal.c.size >= most.last // 2).order_by(seal.c.size).limit(1)
        )
        found = connection.execute(half).one_or_none()
    return None if found is None else Seal(found.tree, found.size, found.note, found.sealed_at)


def _together(database: Database, first: Verification, second: Verification) -> Verification:
    findings = [*first.findings, *second.findings]
    seals = None
    with database.reading() as connection:
        runs = connection.execute(select(func.count()).select_from(chain).where(chain.c.size > 0)).scalar_one()
    if first.seals is not None and second.seals is not None:
        seals = _seals_together(first.seals, second.seals)
        if not findings:
            with database.reading() as connection:
                years = select(seal.c.tree).distinct().order_by(seal.c.tree)
                findings += wrong_links(connection, list(connection.execute(years).scalars()), seals.opened)
    return Verification(first.events + second.events, runs, tuple(findings), seals)


def _seals_together(first: SealCheck, second: SealCheck) -> SealCheck:
    return SealCheck(
        findings=[*first.findings, *second.findings],
        sealed=first.sealed + second.sealed,
        unsealed=second.unsealed,
        last=second.last or first.last,
        anchored=max(first.anchored, second.anchored),
        newest=max(first.newest, second.newest),
        doubts=[*first.doubts, *second.doubts],
        opened={**first.opened, **{year: [*first.opened.get(year, ()), *more] for year, more in second.opened.items()}},
    )
