"""One page on one job: what came of every row, under which code, by whom, and whether the record of it is proved."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func, select

from rpa.answers.tables import differs_from_record
from rpa.audit import Entry, Trail, verify
from rpa.audit.bodies import Bodies
from rpa.audit.findings import SealFinding
from rpa.audit.notes import open_note
from rpa.db import Database
from rpa.db.seal_tables import leaf, seal, sealed_run
from rpa.db.tables import chain, event
from rpa.desk import Desk
from rpa.exceptions import RecordError
from rpa.models import ActorKind, Job, Totals
from rpa.sealing import known_of
from rpa.states import EffectState, Taken
from rpa.taking import TAKEN, how_taken

_DID = {"job.submitted": "asked for it", "job.approved": "approved it", "job.rejected": "refused it",
        "job.reversal_planned": "planned to put it back", "item.retried": "put items back",
        "item.corrected": "corrected items", "record.read": "looked at it", "results.exported": "took the results away",
        "list.exported": "took a list of its rows away",
        "record.exported": "took the record away", "evidence.opened": "opened evidence"}  # fmt: skip

_TOOK: Mapping[Taken | None, str] = {
    Taken.BY_HAND: "did items by hand",
    Taken.LEFT_OUT: "left items out",
    None: "took items back",
}


@dataclass(frozen=True, slots=True)
class CoveringSeal:
    """The first seal that covers all entries of a run."""

    size: int
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified of a job."""

    job: Job
    totals: Totals
    libraries: tuple[str, ...]
    people: Mapping[str, Sequence[str]]
    exceptions: Mapping[str, int]
    writes: Mapping[str, int]
    entries: int
    first: Entry
    last: Entry
    seal: CoveringSeal | None
    broken: str | None
    """The first thing that is wrong with the record of the job, or with a seal; None if nothing is."""


def certificate_of(desk: Desk, job_id: int) -> Certificate:
    """Return what the record proves of a job, after a check of the whole record and its seals.

    Raises:
        NotFoundError: There is no such job.
        RecordError: An entry of it can't even be read.
    """
    job = desk.views.job(job_id)
    trail = Trail(desk.database)
    entries = trail.of_run(job.run)
    if not entries:
        raise RecordError(
            f"the record of job {job_id} is missing; run `rpa audit verify` and keep the database as it is"
        )
    effects = Counter(one.state for one in desk.views.effects(job_id))
    codes = Counter(one.code for one in desk.views.items(job_id) if one.code)
    broken = _broken(desk, job.run) or differs_from_record(desk.views, trail, job, entries)
    return Certificate(
        job=job,
        totals=desk.views.totals(job_id),
        libraries=_libraries(desk.database, job.run),
        people=_people(entries),
        exceptions=dict(sorted(codes.items())),
        writes={str(state): effects[state] for state in EffectState},
        entries=len(entries),
        first=entries[0],
        last=entries[-1],
        seal=None if broken else _seal_over(desk, job.run),
        broken=broken,
    )


def _people(entries: Iterable[Entry]) -> Mapping[str, Sequence[str]]:
    did: dict[str, list[str]] = {}
    for one in entries:
        said = _TOOK[how_taken(one)] if one.name == TAKEN else _DID.get(one.name)
        if one.actor.kind in (ActorKind.PERSON, ActorKind.SCHEDULE) and said is not None:
            done = did.setdefault(one.actor.name, [])
            if said not in done:
                done.append(said)
    return did


def _libraries(database: Database, run: str) -> tuple[str, ...]:
    entries = select(event.c.run, event.c.seq, event.c.body).where(event.c.run == run)
    with database.reading() as connection:
        bodies = Bodies(connection)
        told = (orjson.loads(bodies.of(row)) for row in connection.execute(entries))
        found = {one.get("origin", {}).get("library") for one in told}
    return tuple(sorted(str(one) for one in found if one))


def _broken(desk: Desk, run: str) -> str | None:
    checked = verify(desk.database, against=known_of(desk.settings))
    return next((str(one) for one in checked.findings if one.run == run or isinstance(one, SealFinding)), None)


def _seal_over(desk: Desk, run: str) -> CoveringSeal | None:
    newest = select(leaf.c.tree, func.max(leaf.c.idx).label("idx")).where(leaf.c.run == run).group_by(leaf.c.tree)
    with desk.database.reading() as connection:
        size = connection.execute(select(chain.c.size).where(chain.c.run == run)).scalar_one()
        sealed = connection.execute(select(sealed_run.c.size).where(sealed_run.c.run == run)).scalar() or 0
        last = connection.execute(newest.order_by(leaf.c.tree.desc()).limit(1)).one_or_none()
        if sealed < size or last is None:
            return None
        over = select(seal).where(seal.c.tree == last.tree, seal.c.size > last.idx).order_by(seal.c.size).limit(1)
        found = connection.execute(over).one_or_none()
    if found is None or not desk.sealing.keys.public():
        return None  # without a key no seal can be checked
    _, key = open_note(found.note, *desk.sealing.keys.public())
    return CoveringSeal(found.size, found.sealed_at, f"{key.name}+{key.id.hex()}")
