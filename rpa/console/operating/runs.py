"""The run of a row: every attempt with its steps, what was changed from what to what, pictures, log and trace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from starlette.responses import PlainTextResponse, Response

from rpa.answers.sentences import sentence
from rpa.audit import Entry, Event, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.fixed import places_of
from rpa.console.veiling import veiled
from rpa.console.visit import Visit
from rpa.evidence import Evidence
from rpa.exceptions import EvidenceLocked, NotFoundError, RecordError
from rpa.logs.lines import in_words
from rpa.logs.reading import lines_of_job
from rpa.models import Effect, WorkItem
from rpa.results import end_of
from rpa.runpage.words import field_name, masked_field
from rpa.states import ItemState

_MOST_LINES = 10_000
_ERRORS = ("item.failed", "item.retry_planned", "item.rescued", "item.differed", "change.in_doubt", "effect.in_doubt")
CLAIMED = "item.claimed"
"""The entry with which an attempt begins."""
STEP = "step.completed"
"""The entry of a step that an attempt got through."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened in an attempt."""

    at: datetime
    step: str
    said: str
    seconds: float | None
    is_error: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, with all that happened in it."""

    number: int
    round: int
    """How often it was put back before, and one."""
    began: datetime
    moments: Sequence[Moment]
    pictures: Sequence[Evidence] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """One write, with each field before and after."""

    what: str
    state: str
    at: datetime
    fields: Sequence[tuple[str, str, str]]


def run(visit: Visit) -> Response:
    """Show what was done for a row; that somebody looked is recorded."""
    one = visit.desk.views.item(visit.number("item"))
    _note(visit, one, "run")
    kept = list(visit.desk.evidence.of_item(one.id))
    errors_only = visit.asked("show") == "errors"
    attempts = [_cut(each) if errors_only else each for each in _attempts(visit, one)]
    title, said = visit.desk.workflows.words_for(one.workflow, one.code or "UNEXPECTED")
    pictured = _with_pictures(attempts, [each for each in kept if each.media_type.startswith("image/")])
    traces = [each for each in kept if each.kind == "trace"]
    taken = visit.desk.views.takings([one.id] if one.state is ItemState.CANCELLED else [])
    return visit.show("run.html", item=one, title=title, said_of_it=said if one.code else None,
                      end=end_of(one.state, one.outcome), taken=taken.get(one.id),
                      traces=traces, attempts=pictured[::-1], errors_only=errors_only,
                      input_title=partial(visit.desk.workflows.input_title, one.workflow),
                      changes=_changes(visit, one), places=places_of(visit.desk.database, one))  # fmt: skip


def log(visit: Visit) -> Response:
    """Hand out the log of the row: what the processes said while they had to do with it."""
    one = visit.desk.views.item(visit.number("item"))
    _note(visit, one, "log")
    lines = lines_of_job(visit.desk.settings.dir / "logs", one.job_id)
    mine = [in_words(line) for line in lines if line.get("item") == one.id][-_MOST_LINES:]
    name = f"attachment; filename=row-{one.id}.log"
    return PlainTextResponse("\n".join([*mine, ""]), headers={"Content-Disposition": name})


def kept(visit: Visit) -> Response:
    """Hand out a masked picture or a trace that was kept for the row; that a trace was opened is recorded."""
    one = visit.desk.views.item(visit.number("item"))
    found = _kept(visit, one)
    try:
        content = visit.desk.evidence.read(found.digest)
    except (EvidenceLocked, RecordError) as error:
        return visit.show("refused.html", status=422, text=str(error), one=None)
    if found.kind == "trace":
        _tell_opened(visit, one, found)
    return Response(content, media_type=found.media_type)


def _kept(visit: Visit, one: WorkItem) -> Evidence:
    digest = visit.request.path_params["digest"]
    found = next((each for each in visit.desk.evidence.of_item(one.id) if each.digest == digest), None)
    if found is None or not (found.kind == "trace" or found.media_type.startswith("image/")):
        raise NotFoundError(f"nothing of that kind was kept for item {one.id}")
    return found


def _attempts(visit: Visit, one: WorkItem) -> list[Attempt]:
    """Return the attempts, oldest first; a row that was put back is attempted for the first time again."""
    found = list[list[Entry]]()
    for each in Trail(visit.desk.database).of_items([one.id]):
        if each.attempt and (each.name == CLAIMED or not found):
            found.append([])
        if each.attempt:
            found[-1].append(each)
    in_plan = visit.desk.views.job(one.job_id).dry_run
    return [_attempt(some, in_plan=in_plan) for some in found]


def _attempt(some: Sequence[Entry], *, in_plan: bool) -> Attempt:
    first = some[0]
    moments = [_moment(each, in_plan=in_plan) for each in some]
    return Attempt(first.attempt or 0, int(first.facts.get("round", 1)), first.at, moments)


def _with_pictures(attempts: Sequence[Attempt], pictures: Sequence[Evidence]) -> list[Attempt]:
    """Put each picture with the attempt that was under way when it was kept; what came before all, with the first."""
    found: list[list[Evidence]] = [[] for _ in attempts]
    for each in pictures if attempts else ():
        begun = sum(one.began <= each.kept_at for one in attempts)
        found[max(begun - 1, 0)].append(each)
    return [replace(one, pictures=mine) for one, mine in zip(attempts, found, strict=True)]


def _moment(one: Entry, *, in_plan: bool) -> Moment:
    if one.name == STEP:
        step = field_name(str(one.facts["step"]))
        return Moment(one.at, step, "Done.", float(one.facts["seconds"]), is_error=False)
    return Moment(one.at, "", sentence(veiled(one), in_plan=in_plan), None, is_error=one.name in _ERRORS)


def _cut(one: Attempt) -> Attempt:
    return replace(one, moments=[each for each in one.moments if each.is_error])


def _changes(visit: Visit, one: WorkItem) -> list[Changed]:
    return [_changed(each) for each in visit.desk.views.effects_of_item(one.id)]


def _changed(one: Effect) -> Changed:
    before, after = one.before or {}, one.after or {}
    fields = [(field_name(name), masked_field(name, before.get(name)), masked_field(name, value))
              for name, value in after.items()]  # fmt: skip
    return Changed(one.what, one.state, one.ended_at or one.intended_at, fields)


def _note(visit: Visit, one: WorkItem, what: str) -> None:
    told = Event("record.read", visit.person.actor, item_id=one.id, facts={"what": what, "by": "item", "count": 1})
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, SYSTEM_RUN, told)


def _tell_opened(visit: Visit, one: WorkItem, found: Evidence) -> None:
    facts = {"kind": found.kind, "sha256": found.digest}
    told = Event("evidence.opened", visit.person.actor, one.id, subject=visit.desk.pseudonyms.of(one.key), facts=facts)
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, f"job-{one.job_id}", told)
