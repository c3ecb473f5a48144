"""Cases that wait for a person: list them, and decide about one."""

from rpa.console.api import models
from rpa.console.api.call import Call
from rpa.console.api.jobs import mine
from rpa.console.fixing import TAKES
from rpa.console.rows import PAGE
from rpa.console.seeing import may_see, names_seen
from rpa.correcting import Refused, correct
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import WorkItem
from rpa.putting_back import put_back_of_job
from rpa.states import ItemState


def cases(call: Call) -> models.CasePage:
    """Return a page of cases."""
    after = call.asked_number("after") or 0
    found = call.desk.lists.failed(requested_by=names_seen(call), after=after, limit=PAGE + 1)
    following = f"/api/v1/cases?after={found[PAGE - 1].id}" if len(found) > PAGE else None
    return models.CasePage(cases=[_told(call, one) for one in found[:PAGE]], next=following)


def retry_job(call: Call) -> models.Retried:
    """Put the rows of a job that failed back in the queue."""
    one, desk, sent = mine(call), call.desk, call.sent
    done = put_back_of_job(desk.lists, desk.queue, one.id, by=call.person.actor, why=sent.why,
                           also_doubtful=sent.also_doubtful)  # fmt: skip
    call.site.counts.forget(one.id)
    return models.Retried(done=done.done, refused=list(done.refused))


def decide(call: Call) -> models.Decided:
    """Send a case back to the robot, or take it from it."""
    found, sent = _mine(call), call.sent
    queue, by = call.desk.queue, call.person.actor
    if found.state is not ItemState.FAILED:  # somebody was quicker
        return models.Decided(changed=False)
    if sent.way == "back":
        changed = queue.retry([found.id], by=by, why=sent.note or "put right", only=ItemState.FAILED)
        return models.Decided(changed=bool(changed))
    if sent.way == "value":
        return _corrected(call, found)
    changed = queue.cancel([found.id], by=by, why=sent.note, how=TAKES[sent.way], only=ItemState.FAILED)
    return models.Decided(changed=bool(changed))


def _corrected(call: Call, found: WorkItem) -> models.Decided:
    made = correct(call.desk, found.id, call.sent.values, by=call.person.actor)
    if isinstance(made, Refused):  # what is wrong with them would repeat them
        raise UsageError(f"found values that can't be used in {', '.join(made.wrong)}, expected what the sheet takes")
    return models.Decided(changed=True)


def _mine(call: Call) -> WorkItem:
    found = call.desk.views.item(call.number("case"))
    if not may_see(call, call.desk.views.job(found.job_id)):
        raise NotFoundError(f"there is no case {found.id}")
    return found


def _told(call: Call, one: WorkItem) -> models.Case:
    code = one.code or "UNEXPECTED"
    _, said = call.desk.workflows.words_for(one.workflow, code)
    return models.Case(id=one.id, job=one.job_id, workflow=one.workflow, code=code, since=one.updated_at,
                       what_happened=said.what_happened, how_to_fix=said.how_to_fix)  # fmt: skip
