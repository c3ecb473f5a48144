"""`rpa items`: the items of a job, with the rows they came from."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.models import RowRef, WorkItem
from rpa.results import end_of
from rpa.runpage.words import masked, masked_key
from rpa.states import ItemState
from rpa.taking import Taking

States = Annotated[
    list[ItemState] | None,
    Parameter(name="--state", help="Only items in this state; may be repeated."),
]
Full = Annotated[bool, Parameter(help="Show whole keys and the rows' data, not only the last four.")]


def items(job_id: JobId, *, state: States = None, full: Full = False, options: Asked = ASKED) -> None:  # fmt: skip
    """List the items of a job, with the rows they came from. That they were looked at is recorded."""
    with opened(options.dir) as desk:
        found = desk.views.items(job_id, states=tuple(state or ItemState))
        places = _places(desk, job_id)
        taken = desk.views.takings([one.id for one in found if one.state is ItemState.CANCELLED])
        note_reading(desk, f"job-{job_id}", options.person, facts={"what": "items", "count": len(found), "full": full})
        if options.json:
            print_json([_document(one, places[one.id], taken.get(one.id), full=full) for one in found])
        elif not found:
            say(f"Job {job_id} has no such items.")
        else:
            headings = ("Item", "Key", "Rows", "State", "Code or outcome", "Attempts", "Changed at")
            title_of = partial(desk.workflows.input_title, desk.views.job(job_id).workflow)
            lines = [_line(one, [each.called(title_of(each.input)) for each in places[one.id]], taken.get(one.id),
                           full=full) for one in found]  # fmt: skip
            print_table(headings, lines, right=("Item", "Attempts"))


def _places(desk: Desk, job_id: int) -> defaultdict[int, list[RowRef]]:
    by_item: defaultdict[int, list[RowRef]] = defaultdict(list)
    for row in desk.views.rows(job_id):
        if row.item is not None:
            by_item[row.item.id].append(row.place)
    return by_item


def _document(one: WorkItem, places: list[RowRef], taken: Taking | None, *, full: bool) -> dict[str, Any]:
    told = {
        "id": one.id,
        "job": one.job_id,
        "key": one.key if full else masked_key(one.key),
        "rows": [str(one) for one in places],
        "state": one.state,
        "failure": one.failure,
        "code": one.code,
        "outcome": one.outcome,
        "taken": taken and {"who": taken.who, "at": taken.at, "why": masked(taken.why)},
        "round": one.round,
        "attempts": one.attempts,
        "crashes": one.crashes,
        "available_at": one.available_at,
        "updated_at": one.updated_at,
    }
    return told | {"data": one.data} if full else told


def _line(one: WorkItem, places: Iterable[str], taken: Taking | None, *, full: bool) -> tuple[str, ...]:
    key = one.key if full else masked_key(one.key)
    told = (end_of(one.state, one.outcome), masked(taken.sentence)) if taken else (one.code, one.outcome)
    said = ": ".join(filter(None, told))
    return str(one.id), key, "; ".join(places), one.state, said, str(one.attempts), when(one.updated_at)
