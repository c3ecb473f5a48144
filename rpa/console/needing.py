"""Needs you: the cases that wait for a person, by what happened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from starlette.responses import Response

from rpa.codes import Explanation, explain
from rpa.console.seeing import names_seen
from rpa.console.visit import Visit
from rpa.db import Database
from rpa.db.tables import item, job
from rpa.exceptions import NotFoundError

MOST = 200


@dataclass(frozen=True, slots=True)
class Case:
    """A case that waits for a person."""

    id: int
    job_id: int
    workflow: str
    key: str
    code: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that wait for the same reason."""

    title: str
    said: Explanation
    cases: Sequence[Case]


def needs_you(visit: Visit) -> Response:
    """List what waits for a person, the largest group first."""
    cases = waiting(visit.desk.database, names_seen(visit))
    return visit.show("needs_you.html", groups=_groups(visit, cases), is_cut=len(cases) == MOST, most=MOST)


def waiting(database: Database, names: Collection[str] | None) -> list[Case]:
    """Return the cases of these people's jobs that wait for a person, oldest first; everybody's without names."""
    columns = (item.c.id, item.c.job_id, item.c.workflow, item.c.key, item.c.code, item.c.updated_at)
    # The state stands in the text: only then does SQLite see that the index of failed items will do.
    wanted = select(*columns).where(text("item.state = 'failed'")).order_by(item.c.job_id, item.c.id).limit(MOST)
    if names is not None:
        mine = select(job.c.id).where(job.c.requested_by.in_(names))
        wanted = wanted.where(item.c.job_id.in_(mine))
    with database.reading() as connection:
        return [Case(**row) for row in connection.execute(wanted).mappings()]


def _groups(visit: Visit, cases: Sequence[Case]) -> list[Group]:
    found: dict[tuple[str, str], list[Case]] = {}
    for one in cases:
        found.setdefault((one.workflow, one.code), []).append(one)
    made = [Group(*words_of(visit, name, code), mine) for (name, code), mine in found.items()]
    return sorted(made, key=lambda one: -len(one.cases))


def words_of(visit: Visit, workflow: str, code: str) -> tuple[str, Explanation]:
    """Return the title of a work, and what its code means."""
    try:
        options = visit.desk.workflows.get(workflow).options
    except NotFoundError:  # what waits outlives its workflow
        return workflow, explain(code, {})
    return options.title, explain(code, options.codes)
