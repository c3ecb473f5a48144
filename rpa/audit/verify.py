"""Checks the record on one snapshot: has an event been changed, removed, added or moved since it was written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, func, select

from rpa.audit.against import CHAINS_ALONE, Against
from rpa.audit.bodies import MOVED, Bodies
from rpa.audit.erased import ERASED
from rpa.audit.findings import Finding, stored
from rpa.audit.heads import check_heads
from rpa.audit.links import Links, entries_after, said_by
from rpa.audit.part import Part
from rpa.audit.seals import SealCheck, check_seals
from rpa.db.engine import Database
from rpa.db.seal_tables import leaf, sealed_run
from rpa.db.tables import chain, event, job
from rpa.garbage import unwatched

Progress = Callable[[int], object]
"""Is told how many entries were looked at so far."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the record found."""

    events: int
    runs: int
    findings: tuple[Finding, ...]
    seals: SealCheck | None = None
    """What the seals say; None where they were not looked at."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def __str__(self) -> str:
        if self.clean:
            return f"The record is whole: {self.events:,} entries in {self.runs:,} runs."
        first = str(self.findings[0]).rstrip(".")
        return f"The record has been altered: {first}. Everything before it is sound."


def verify(database: Database, *, against: Against = CHAINS_ALONE,
           progress: Progress = bool) -> Verification:  # fmt: skip
    """Check every run of the record, while others may go on writing to it."""
    with database.reading() as connection, unwatched():
        return check(connection, against=against, progress=progress)


def check(connection: Connection, *, against: Against = CHAINS_ALONE, progress: Progress = bool) -> Verification:
    """Check the record as one transaction sees it."""
    part = against.part
    links = Links(part.start(connection))
    seals = None if against.keys is None else check_seals(connection, against, links, progress)
    findings = list(seals.findings) if seals is not None else []
    findings += check_heads(connection, against.heads)
    if part.has_end:
        findings += links.wrong_payloads(partial(_erasures_after, connection))
        return Verification(links.count, links.runs, tuple(findings), seals)
    heads = connection.execute(_heads(part)).all()
    wrong = {one.run for one in findings}
    for run, size, head in heads:
        # A run that was found wrong above is not looked at further: what follows the first break says nothing.
        findings += [] if run in wrong else _check_rest(connection, links, run, size=size, head=stored(head))
        progress(links.count)
    wrong = {one.run for one in findings}
    findings += (one for one in links.wrong_payloads(_followed_whole) if one.run not in wrong)
    if part.completes:
        findings += _other_heads(connection)
    if part.is_whole or part.completes:
        findings += _runs_without_chain(connection)
        findings += _jobs_without_run(connection)
    return Verification(links.count, links.runs, tuple(findings), seals)


def verify_run(database: Database, run: str) -> Verification:
    """Check the chain of one run."""
    with database.reading() as connection:
        found = connection.execute(select(chain.c.size, chain.c.head).where(chain.c.run == run)).one_or_none()
        if found is None:
            return Verification(0, 0, (Finding(run, 1, "is missing: there is no such run"),))
        links = Links()
        broken = _check_rest(connection, links, run, size=found.size, head=stored(found.head))
        findings = [*broken] or [*links.wrong_payloads(_followed_whole)]
        return Verification(links.count, 1, tuple(findings))


def count_entries(database: Database) -> int:
    """Return how many entries the record says it has."""
    with database.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(chain.c.size), 0))).scalar_one())


def _followed_whole(_run: str, _seq: int) -> Iterable[Any]:
    return ()


def _erasures_after(connection: Connection, run: str, seq: int) -> Iterable[Any]:
    told = select(event.c.seq, event.c.body).where(event.c.run == run, event.c.seq > seq, event.c.name == ERASED)
    return connection.execute(told.order_by(event.c.seq)).all()


def _heads(part: Part) -> Select[Any]:
    heads = select(chain).order_by(chain.c.run)
    if part.is_whole:
        return heads
    both = chain.outerjoin(sealed_run, sealed_run.c.run == chain.c.run)
    return heads.select_from(both).where(chain.c.size != func.coalesce(sealed_run.c.size, 0))


def _check_rest(connection: Connection, links: Links, run: str, *, size: int, head: bytes) -> Iterator[Finding]:
    """Check the entries of a run that were not followed yet, up to its first broken link."""
    bodies = Bodies(connection)
    for row in entries_after(connection, run, links.end(run)[0]):
        expected = links.end(run)[0] + 1
        if row.seq != expected:
            yield Finding(run, expected, f"is missing: found entry {row.seq:,} in its place")
            return
        body = bodies.filled_one(row)
        if body == MOVED and _was_moved(connection, bodies, row):
            said = links.pass_by(row)
        else:
            said = links.follow(row, body, said_by(body))
        if said is not None:
            yield Finding(run, row.seq, said)
            return
    end = links.end(run)
    if end != (size, head):
        yield Finding(run, end[0] + 1, f"is missing: the run has {size:,} entries, found {end[0]:,}")


def _was_moved(connection: Connection, bodies: Bodies, row: Any) -> bool:
    """Return whether the body of an entry is in the file of a year that is not there."""
    if not bodies.may_be_moved(row.name):
        return False
    year = select(leaf.c.tree).where(leaf.c.run == row.run, leaf.c.seq == row.seq)
    return connection.execute(year).scalar() in bodies.absent


def _runs_without_chain(connection: Connection) -> Iterable[Finding]:
    known = select(chain.c.run)
    strays = connection.execute(select(event.c.run).where(event.c.run.not_in(known)).distinct())
    return [Finding(run, 1, "belongs to a run that was never begun") for (run,) in strays]


def _jobs_without_run(connection: Connection) -> Iterable[Finding]:
    runs = set(connection.execute(select(chain.c.run)).scalars())
    jobs = (f"job-{number}" for number in connection.execute(select(job.c.id).order_by(job.c.id)).scalars())
    return [Finding(run, 1, "is missing: the job is there, its run is not") for run in jobs if run not in runs]


def _other_heads(connection: Connection) -> Iterable[Finding]:
    """Find runs that are sealed to their end, and whose end is another than the last leaf says."""
    last = (leaf.c.run == chain.c.run) & (leaf.c.seq == chain.c.size)
    sealed = chain.join(sealed_run, (sealed_run.c.run == chain.c.run) & (sealed_run.c.size == chain.c.size))
    wrong = select(chain.c.run, chain.c.size).select_from(sealed.outerjoin(leaf, last))
    found = connection.execute(wrong.where(chain.c.size > 0, leaf.c.hash.is_(None) | (leaf.c.hash != chain.c.head)))
    return [Finding(run, size, "is not where its run is said to end") for run, size in found]
