"""Needs you: the cases that wait for a person, by what happened, and one of them with what can be done about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from starlette.responses import Response

from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.codes import Explanation, explain
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.rows import OWN_FIELDS
from rpa.console.seeing import may_see, names_seen
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.db import Database
from rpa.db.tables import item, job, source_row
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Effect, RowRef, WorkItem
from rpa.runpage.words import field_name
from rpa.states import EffectState, ItemState, RowEnd

MOST = 200
_DONE = (EffectState.MADE, EffectState.CONFIRMED)
_WAYS = {"back": "sent-back", "myself": "done-myself", "leave": "left"}
WHY = {"myself": "done by hand", "leave": "left out"}


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


def case(visit: Visit) -> Response:
    """Show a case: what happened, what the robot had done by then, and its row. That it was looked at is recorded."""
    return _shown(visit, _mine(visit), {})


def decide(visit: Visit) -> Response:
    """Send a case back to the robot, or take it from it."""
    one, way = _mine(visit), visit.text("way")
    if way not in _WAYS:
        return _shown(visit, one, {"way": "Select what is to become of this row"})
    queue, by = visit.desk.queue, visit.person.actor
    try:
        if way == "back":
            changed = queue.retry([one.id], by=by, why=visit.text("note") or "put right")
        else:
            changed = queue.cancel([one.id], by=by, why=" ".join(filter(None, (WHY[way], visit.text("note")))))
    except UsageError as error:
        return _shown(visit, one, {"way": in_words(error)})
    return visit.go("/needs-you", said=_WAYS[way] if changed else "seen-to")


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
    made = [Group(*_words(visit, name, code), mine) for (name, code), mine in found.items()]
    return sorted(made, key=lambda one: -len(one.cases))


def _words(visit: Visit, workflow: str, code: str) -> tuple[str, Explanation]:
    try:
        options = visit.desk.workflows.get(workflow).options
    except NotFoundError:  # what waits outlives its workflow
        return workflow, explain(code, {})
    return options.title, explain(code, options.codes)


def _mine(visit: Visit) -> WorkItem:
    """Return the case of the address, if the person may see its job; to all others there is none of that number."""
    found = visit.desk.views.item(visit.number("item"))
    if not may_see(visit, visit.desk.views.job(found.job_id)):
        raise NotFoundError(f"there is no item {found.id}")
    return found


def _shown(visit: Visit, one: WorkItem, errors: Mapping[str, str]) -> Response:
    told = Event("record.read", visit.person.actor, item_id=one.id, facts={"what": "case", "by": "item", "count": 1})
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, SYSTEM_RUN, told)
    title, said = _words(visit, one.workflow, one.code or "UNEXPECTED")
    effects = visit.desk.views.effects_of_item(one.id)
    return visit.show(
        "case.html", status=422 if errors else 200, errors=errors, item=one, title=title, said_of_it=said,
        waits=one.state is ItemState.FAILED, places=_places(visit.desk.database, one), cells=_cells(visit, one),
        done=[each for each in effects if each.state in _DONE], doubtful=_doubtful(effects),
    )  # fmt: skip


def _doubtful(effects: Sequence[Effect]) -> list[Effect]:
    return [each for each in effects if each.state is EffectState.IN_DOUBT]


def _places(database: Database, one: WorkItem) -> list[RowRef]:
    place = (source_row.c.input, source_row.c.sheet, source_row.c.row)
    mine = (source_row.c.item_id == one.id) & (source_row.c.ended == RowEnd.ITEM)
    wanted = select(*place).where(mine, source_row.c.job_id == one.job_id).order_by(*place)
    with database.reading() as connection:
        return [RowRef(*row) for row in connection.execute(wanted)]


def _cells(visit: Visit, one: WorkItem) -> list[tuple[str, Any]]:
    """Return the row as it was read, in the order and under the headings of the template."""
    try:
        columns = columns_of(visit.desk.workflows.get(one.workflow).row_model)
    except NotFoundError:
        return [(field_name(name), value) for name, value in one.data.items() if name not in OWN_FIELDS]
    return [(each.wanted.headings[0], one.data[each.field]) for each in columns if each.field in one.data]
