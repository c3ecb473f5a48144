"""Checks the record on one snapshot: has an event been changed, removed, added or moved since it was written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from rpa.audit.anchors import Anchor
from rpa.audit.erased import ERASED, Payloads
from rpa.audit.findings import Finding, stored
from rpa.audit.notes import PublicKey
from rpa.audit.record import chain_hash, commit, first_prev
from rpa.audit.seals import SealCheck, check_seals
from rpa.db.engine import Database
from rpa.db.tables import chain, event, job, payload


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


def verify(database: Database, *, keys: Sequence[PublicKey] | None = None,
           anchors: Iterable[Anchor] = ()) -> Verification:  # fmt: skip
    """Check every run of the record, while others may go on writing to it.

    Given the public keys of its seals, these are checked as well, and their copies outside of the database.
    """
    with database.reading() as connection:
        heads = connection.execute(select(chain).order_by(chain.c.run)).all()
        findings: list[Finding] = []
        events = 0
        for run, size, head in heads:
            broken, read = _check_run(connection, run, size=size, head=stored(head))
            findings.extend(broken)
            events += read
        findings.extend(_runs_without_chain(connection))
        findings.extend(_jobs_without_run(connection, {run for run, _, _ in heads}))
        seals = None if keys is None else check_seals(connection, keys, anchors)
        findings += seals.findings if seals is not None else []
        return Verification(events, len(heads), tuple(findings), seals)


def verify_run(database: Database, run: str) -> Verification:
    """Check one run of the record."""
    with database.reading() as connection:
        found = connection.execute(select(chain.c.size, chain.c.head).where(chain.c.run == run)).one_or_none()
        if found is None:
            return Verification(0, 0, (Finding(run, 1, "is missing: there is no such run"),))
        broken, events = _check_run(connection, run, size=found.size, head=stored(found.head))
        return Verification(events, 1, tuple(broken))


def _check_run(connection: Connection, run: str, *, size: int, head: bytes) -> tuple[list[Finding], int]:
    """Return what is wrong with a run, ending at its first broken link, and how many entries were read."""
    prev, expected, payloads = first_prev(run), 1, Payloads()
    for row in _entries(connection, run):
        said = _broken_link(row, expected=expected, prev=prev) or _broken_copy(row) or _broken_payload(row, payloads)
        if said is not None:
            return [Finding(run, min(row.seq, expected), said)], expected
        prev, expected = stored(row.hash), expected + 1
    if (expected - 1, prev) != (size, head):
        return [Finding(run, expected, f"is missing: the run has {size} entries, found {expected - 1}")], expected - 1
    wrong = payloads.first_wrong()
    return ([] if wrong is None else [Finding(run, *wrong)]), size


def _entries(connection: Connection, run: str) -> Iterator[Any]:
    both = event.outerjoin(payload, (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq))
    rows = select(event, payload.c.salt, payload.c.content).select_from(both)
    yield from connection.execute(rows.where(event.c.run == run).order_by(event.c.seq))


def _broken_link(row: Any, *, expected: int, prev: bytes) -> str | None:
    if row.seq != expected:
        return f"is missing: found entry {row.seq} in its place"
    if stored(row.prev) != prev:
        return "does not follow the entry before it"
    if chain_hash(prev, stored(row.body)) != stored(row.hash):
        return "does not match its hash"
    return None


def _broken_copy(row: Any) -> str | None:
    try:
        body = orjson.loads(stored(row.body))
        said = (body["run"], body["seq"], body["name"], body.get("item"))
    except (ValueError, TypeError, KeyError):
        return "is no entry of ours"
    if said != (row.run, row.seq, row.name, row.item_id):
        return "is filed under something else than it says"
    return None


def _broken_payload(row: Any, payloads: Payloads) -> str | None:
    """Return what is wrong with a payload; whether it may be missing is told further down in the run."""
    body = orjson.loads(stored(row.body))
    commitment = body.get("commitment")
    if row.name == ERASED and not payloads.erased(row.seq, body.get("facts")):
        return "tells of an erasure and not of what was erased"
    if row.content is None:
        if commitment is not None:
            payloads.missing(row.seq)
        return None
    payloads.there(row.seq)
    if commit(stored(row.salt), stored(row.content)) != commitment:
        return "has another payload than it was written with"
    return None


def _runs_without_chain(connection: Connection) -> Iterable[Finding]:
    known = select(chain.c.run)
    strays = connection.execute(select(event.c.run).where(event.c.run.not_in(known)).distinct())
    return [Finding(run, 1, "belongs to a run that was never begun") for (run,) in strays]


def _jobs_without_run(connection: Connection, runs: Collection[str]) -> Iterable[Finding]:
    jobs = (f"job-{number}" for number in connection.execute(select(job.c.id).order_by(job.c.id)).scalars())
    return [Finding(run, 1, "is missing: the job is there, its run is not") for run in jobs if run not in runs]
