"""Needs you: the cases that wait for a person, by what happened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select, text
from starlette.responses import Response

from rpa.codes import Explanation
from rpa.console.rows import jobs_of
from rpa.console.seeing import names_asked, names_seen, whose_of
from rpa.console.visit import Visit
from rpa.db import Database
from rpa.db.tables import item, job
from rpa.lists import PAGE
from rpa.models import WorkItem

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
    cases: Sequence[WorkItem]


def needs_you(visit: Visit) -> Response:
    """List what waits for a person, the largest group first; whose and of which work, stands in the address."""
    filters = {name: visit.asked(name) for name in ("whose", "workflow") if visit.asked(name)}
    given = visit.asked("after")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    found = visit.desk.lists.failed(requested_by=names_asked(visit), workflow=visit.asked("workflow") or None,
                                    after=after, limit=PAGE + 1)  # fmt: skip
    cases = found[:PAGE]
    following = urlencode(filters | {"after": str(cases[-1].id)}) if len(found) > PAGE else ""
    running = 0 if cases else len(jobs_of(visit.desk.database, names_seen(visit), is_open=True))
    titles = {one.name: one.options.title for one in visit.desk.workflows}
    return visit.show("needs_you.html", groups=_groups(visit, cases), following=following, is_first=not after,
                      filters=filters, first=urlencode(filters), whose=whose_of(visit), titles=titles,
                      running=running, page=PAGE)  # fmt: skip


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


def _groups(visit: Visit, cases: Sequence[WorkItem]) -> list[Group]:
    found: dict[tuple[str, str], list[WorkItem]] = {}
    for one in cases:
        found.setdefault((one.workflow, one.code or "UNEXPECTED"), []).append(one)
    made = [_group(visit, name, code, mine) for (name, code), mine in found.items()]
    return sorted(made, key=lambda one: -len(one.cases))


def _group(visit: Visit, name: str, code: str, mine: Sequence[WorkItem]) -> Group:
    title, said = visit.desk.workflows.words_for(name, code)
    return Group(title, said.on_pages, mine)
