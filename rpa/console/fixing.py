"""Fix a row: what happened, what the robot saw beside what the sheet says, and what a person decides."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.cause_notes import CauseNote
from rpa.console.as_sent import parts_of
from rpa.console.door import Page
from rpa.console.fixed import Looks, differences_of, next_of, place_of, places_of, writes_of
from rpa.console.forms import Field, fields_of_row
from rpa.console.navigation import SENDERS
from rpa.console.seeing import may_see
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.correcting import Refused, correct, correctable
from rpa.definition import Workflow
from rpa.evidence import Evidence
from rpa.exceptions import EvidenceLocked, NotFoundError, RecordError, UsageError
from rpa.lists import Cause
from rpa.models import WorkItem
from rpa.states import ItemState, Taken

WAYS = {"back": "sent-back", "value": "", "myself": "done-myself", "leave": "left"}
"""What can become of a case, with what the banner says then."""
TAKES: Mapping[str, Taken] = {"myself": Taken.BY_HAND, "leave": Taken.LEFT_OUT}
"""The ways that take a case from the robot."""


def case(visit: Visit) -> Response:
    """Show a case. That it was looked at is recorded."""
    return _shown(visit, _mine(visit), {})


def decide(visit: Visit) -> Response:
    """Send a case back to the robot, ask for the right value, or take it from the robot."""
    one, way = _mine(visit), visit.text("way")
    if way not in WAYS:
        return _shown(visit, one, {"way": "Select what should happen to this row"})
    if way == "value":
        return visit.go(f"/needs-you/{one.id}/value")
    following = next_of(visit, one)
    queue, by, note = visit.desk.queue, visit.person.actor, visit.text("note")
    try:
        if way == "back":
            changed = queue.retry([one.id], by=by, why=note or "put right", only=ItemState.FAILED)
        else:
            changed = queue.cancel([one.id], by=by, why=note, how=TAKES[way], only=ItemState.FAILED)
    except UsageError as error:
        return _shown(visit, one, {"way": in_words(error)})
    return _onwards(visit, following, WAYS[way] if changed else "seen-to")


def ask_value(visit: Visit) -> Response:
    """Ask for the right values of a row."""
    one = _mine(visit)
    if one.state is not ItemState.FAILED:
        return visit.go(f"/needs-you/{one.id}")
    return _asked(visit, one, {})


def take_value(visit: Visit) -> Response:
    """Send the row back with what was typed."""
    one = _mine(visit)
    typed = {each.name: visit.typed(each.name) for each in _fields(visit, one)}
    following = next_of(visit, one)
    try:
        made = correct(visit.desk, one.id, typed, by=visit.person.actor)
    except UsageError as error:
        if visit.desk.views.item(one.id).state is not ItemState.FAILED:
            return _onwards(visit, following, "seen-to")
        return visit.show("refused.html", status=422, text=in_words(error), one=None)
    if isinstance(made, Refused):
        headings = {each.name: each.heading for each in _fields(visit, one)}
        return _asked(visit, one, {name: f"{headings.get(name, name)} {said}" for name, said in made.wrong.items()})
    return _onwards(visit, following, "corrected")


def picture(visit: Visit) -> Response:
    """Hand out the masked picture of what the robot saw."""
    one = _mine(visit)
    found = next((each for each in _pictures(visit, one) if each.digest == visit.request.path_params["digest"]), None)
    if found is None:
        raise NotFoundError(f"there is no such picture of case {one.id}")
    try:
        return Response(visit.desk.evidence.read(found.digest), media_type=found.media_type)
    except (EvidenceLocked, RecordError):  # the picture's place stays empty, and its text stands there
        return Response(status_code=404)


def _onwards(visit: Visit, following: int | None, said: str) -> Response:
    """Go on with the next case of the same kind; back to all of them after the last."""
    if following is None or visit.text("then") != "next":
        return visit.go("/needs-you", said=said)
    return visit.go(f"/needs-you/{following}", said=said)


def _mine(visit: Visit) -> WorkItem:
    """Return the case of the address, if the person may see its job; to all others there is none of that number."""
    found = visit.desk.views.item(visit.number("item"))
    if not may_see(visit, visit.desk.views.job(found.job_id)):
        raise NotFoundError(f"there is no item {found.id}")
    return found


def _shown(visit: Visit, one: WorkItem, errors: Mapping[str, str]) -> Response:
    looks = Looks(visit.desk, one)
    others = looks.others(visit.person.name)  # before one's own look is recorded
    told = Event("record.read", visit.person.actor, item_id=one.id, facts={"what": "case", "by": "item", "count": 1})
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, SYSTEM_RUN, told)
    work = _work(visit, one)
    title, said = visit.desk.workflows.words_for(one.workflow, one.code or "UNEXPECTED")
    return visit.show(
        "case.html", status=422 if errors else 200, errors=errors, item=one, title=title, said_of_it=said.on_pages,
        waits=one.state is ItemState.FAILED, parts=parts_of(work, one), others=others, seen_to=looks.seen_to(),
        place=place_of(visit, one), following=next_of(visit, one), **_where(visit, one),
        pictures=_pictures(visit, one), differences=differences_of(visit.desk, one),
        known=_known(visit, one), can_correct=work is not None and correctable(work), writes=writes_of(visit.desk, one),
    )  # fmt: skip


def _known(visit: Visit, one: WorkItem) -> CauseNote | None:
    """Return what the digital team knows of what holds a case up."""
    if one.failure is None or one.code is None:
        return None
    return visit.desk.cause_notes.of(Cause(one.workflow, one.failure, one.code))


def _asked(visit: Visit, one: WorkItem, errors: Mapping[str, str]) -> Response:
    title, said = visit.desk.workflows.words_for(one.workflow, one.code or "UNEXPECTED")
    return visit.show("value.html", status=422 if errors else 200, errors=errors, item=one, title=title,
                      said_of_it=said.on_pages, fields=_fields(visit, one), **_where(visit, one))  # fmt: skip


def _where(visit: Visit, one: WorkItem) -> dict[str, Any]:
    """Return where the rows of a case stand in what was sent, and in how many lists."""
    places = places_of(visit.desk.database, one)
    return {
        "input_title": partial(visit.desk.workflows.input_title, one.workflow),
        "places": places,
        "rows": [each.row for each in places],
        "inputs": len({each.input for each in places}),
    }


def _fields(visit: Visit, one: WorkItem) -> list[Field]:
    """Return the fields of the row with what was typed, or what the row says."""
    work = visit.desk.workflows.get(one.workflow)
    is_typed = visit.request.method == "POST"
    values = {name: visit.typed(name) for name in work.row_model.model_fields} if is_typed else one.data
    return fields_of_row(work.row_model, values)


def _pictures(visit: Visit, one: WorkItem) -> list[Evidence]:
    kept = visit.desk.evidence.of_item(one.id)
    return [each for each in kept if each.kind == "screenshot" and each.media_type.startswith("image/")][-1:]


def _work(visit: Visit, one: WorkItem) -> Workflow[Any] | None:
    try:
        return visit.desk.workflows.get(one.workflow)
    except NotFoundError:  # what waits outlives its workflow
        return None


PAGES: Mapping[str, Page] = {
    "/needs-you/{item:int}": Page(case, decide, SENDERS),
    "/needs-you/{item:int}/value": Page(ask_value, take_value, SENDERS),
    "/needs-you/{item:int}/picture/{digest}": Page(picture, roles=SENDERS),
}
"""The addresses of one case."""
