"""Plans: which of them wait for somebody who decides, and what one would change, from what to what and whose it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from rpa.approvals import (
    PlannedChange,
    Seen,
    Shown,
    change_set_of,
    changes_of,
    fields_changed,
    plan_looked_at,
    plans_decided,
    plans_waiting,
    seen_by,
    shown_of,
    size_of,
)
from rpa.approvals.book import write_changes
from rpa.approvals.listing import PAGE
from rpa.approvals.looks import UNSEEN
from rpa.approvals.names import same_name
from rpa.audit import Event, Trail
from rpa.console.door import Page
from rpa.console.downloads import as_download
from rpa.console.navigation import APPROVERS
from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError
from rpa.models import Job
from rpa.planning import password_of_all
from rpa.runpage.words import masked, masked_key, shown
from rpa.states import JobState


@dataclass(frozen=True, slots=True)
class Line:
    """One field of one planned change, in words; `since` says what became of it after the plan was made."""

    whose: str
    what: str
    field: str
    before: str
    after: str
    since: str
    now: str


def plans(visit: Visit) -> Response:
    """List the plans that wait for a decision, or those that were decided about."""
    given, decided = visit.asked("before"), visit.asked("show") == "decided"
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    read = plans_decided if decided else plans_waiting
    found = read(visit.desk.database, before=before)
    mine = [one.job_id for one in found if is_mine(visit, one.requested_by)]
    return visit.show("plans.html", plans=found, titles=titles(visit), decided=decided, is_first=before is None,
                      can_decide=can_decide(visit), mine=mine, page=PAGE)  # fmt: skip


def can_decide(visit: Visit) -> bool:
    """Return whether an approver has the passphrase that he decides with; whoever is none needs none."""
    return not visit.person.may(APPROVERS) or visit.desk.approvals.approvers.knows(visit.person.name)


def waiting_for(visit: Visit) -> int | None:
    """Return how many plans wait for this person, up to a page of them; None where he decides about none."""
    if not visit.person.may(APPROVERS):
        return None
    return sum(not is_mine(visit, one.requested_by) for one in plans_waiting(visit.desk.database))


def plan(visit: Visit) -> Response:
    """Show a plan; with a form that asks for it, whose each change is in full. That it was looked at is recorded."""
    looked_at = plan_looked_at(visit.desk.database, visit.number("job"))
    if looked_at is not None:  # what a comparison found stands beside the plan, and nothing of it is decided
        return visit.go(f"/plans/{looked_at}")
    one = plan_of(visit)
    is_open = visit.text("open") == "yes"
    given = visit.text("after") or visit.asked("after")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    page = changes_of(visit.desk.database, one.id, after=after)
    note_reading(visit, one, {"what": "plan", "count": len(page.changes), "personal": is_open})
    changes, items = size_of(visit.desk.database, one.id)
    look, told = visit.desk.last_look(one.id, by=visit.person.actor), decision_of(visit, one)
    seen = {} if look is None else seen_by(visit.desk.database, look, change_set_of(visit.desk.views, one.id).changes)
    return visit.show(
        "plan.html", job=one, title=titles(visit).get(one.workflow, one.workflow), changes=changes, items=items,
        lines=_lines(visit, page.changes, one, seen, is_open=is_open), following=page.following, after=after,
        fields=_fields(visit, one), since=Counter(each.since.value for each in seen.values()), is_open=is_open,
        look=look, is_looking=look and look.state is JobState.OPEN,
        is_mine=is_mine(visit, one.requested_by), seen_as=seen_as(one),
        **_came_of(visit, items, told["done_by"]), **told,
    )  # fmt: skip


def changes(visit: Visit) -> Response:
    """Hand out the workbook of all changes, as `rpa changes` writes it; that is recorded first."""
    one = plan_of(visit)
    found = change_set_of(visit.desk.views, one.id)
    digest = visit.desk.approvals.digest(found)
    note_reading(visit, one, {"what": "plan", "changes": digest, "count": len(found.changes), "personal": True})
    words = shown_of(visit.desk.workflows.get(one.workflow), visit.desk.views.items(one.id), digest=digest)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"plan-{one.id}.xlsx"
        write_changes(path, found, one, shown=words, password=password_of_all(one.inputs, visit.desk.secrets))
        return as_download(path)


def plan_of(visit: Visit) -> Job:
    """Return the plan of the address.

    Raises:
        NotFoundError: There is no plan of that number, it is not made yet, or it only compares another one.
    """
    found = visit.desk.views.job(visit.number("job"))
    is_look = plan_looked_at(visit.desk.database, found.id) is not None
    if not found.dry_run or found.state is not JobState.COMPLETED or is_look:
        raise NotFoundError(f"there is no plan {found.id}")
    return found


def is_mine(visit: Visit, requested_by: str) -> bool:
    """Return whether somebody would decide about what he asked for himself."""
    return same_name(requested_by) == same_name(visit.person.name)


def seen_as(one: Job) -> str:
    """Return what tells a plan from the same one after rows that had failed were planned as well."""
    return "" if one.completed_at is None else f"{one.completed_at.timestamp():.6f}"


def decision_of(visit: Visit, one: Job) -> dict[str, Any]:
    """Return what was decided about a plan, why, and which jobs have carried it out."""
    decided = visit.desk.approvals.decision(one.id)
    told = Trail(visit.desk.database).of_run(one.run, names=("job.rejected",)) if decided else []
    return {
        "decided": decided,
        "why": told[-1].why if told else "",
        "is_over": decided is not None and decided.until <= visit.desk.clock.now(),
        "done_by": visit.desk.views.carried_out_by(one.id),
    }


def titles(visit: Visit) -> dict[str, str]:
    """Return what each work is called."""
    return {one.name: one.options.title for one in visit.desk.workflows}


def note_reading(visit: Visit, one: Job, facts: Mapping[str, Any]) -> None:
    """Record who looked at a plan, before anything of it is shown."""
    told = Event("record.read", visit.person.actor, facts=facts)
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, one.run, told)


def _came_of(visit: Visit, items: int, jobs: Sequence[int]) -> dict[str, Any]:
    """Return where the rows are of each job that carries a plan out, and how many rows no job has yet."""
    sums = [(number, visit.desk.views.totals(number)) for number in jobs]
    return {"came_of": sums, "left": max(items - sum(one.rows_in for _, one in sums), 0)}


def _fields(visit: Visit, one: Job) -> list[tuple[str, int]]:
    words = _words(visit, one, ())
    return [(words.label(name), number) for name, number in fields_changed(visit.desk.database, one.id).most_common()]


def _lines(visit: Visit, changes: Sequence[PlannedChange], one: Job,
           seen: Mapping[tuple[str, str], Seen], *, is_open: bool) -> list[Line]:  # fmt: skip
    words = _words(visit, one, {each.item_id for each in changes})
    return [line for each in changes for line in _of_change(each, words, seen.get((each.key, each.what), UNSEEN),
                                                            is_open=is_open)]  # fmt: skip


def _words(visit: Visit, one: Job, items: Any) -> Shown:
    try:
        workflow = visit.desk.workflows.get(one.workflow)
    except NotFoundError:  # a plan outlives its workflow
        return Shown("")
    return shown_of(workflow, [visit.desk.views.item(number) for number in items], digest="")


def _of_change(one: PlannedChange, words: Shown, seen: Seen, *, is_open: bool) -> list[Line]:
    who = words.who.get(one.item_id, one.key)
    veil = str if is_open else masked
    whose = who if is_open else masked_key(who)
    if one.kind == "effect":
        return [Line(whose, veil(one.what), "", "Not done", "Done", seen.since, "")]
    return [
        Line(whose, veil(one.what), words.label(name), shown(one.before.get(name)), shown(value), seen.since,
             shown(seen.now[name]) if name in seen.now else "")
        for name, value in one.after.items()
    ]  # fmt: skip


PAGES: Mapping[str, Page] = {
    "/plans": Page(plans, roles=APPROVERS),
    "/plans/{job:int}": Page(plan, plan, APPROVERS),
    "/plans/{job:int}/changes": Page(changes, roles=APPROVERS),
}
