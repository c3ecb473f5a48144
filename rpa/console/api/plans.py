"""Plans: what waits for somebody else's decision, what it would change, the decision, and carrying it out."""

import hmac
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from rpa.approvals import (
    PlannedChange,
    Seen,
    Signer,
    change_set_of,
    changes_of,
    check_cap,
    check_version,
    plans_decided,
    plans_waiting,
    seen_by,
)
from rpa.approvals.approvals import APPROVED
from rpa.approvals.listing import PAGE
from rpa.approvals.looks import UNSEEN
from rpa.audit import Event
from rpa.console.api import models
from rpa.console.api.call import Call
from rpa.console.api.jobs import mine, told
from rpa.console.tries import PASSPHRASE
from rpa.definition import NeedsApproval
from rpa.exceptions import NotApproved, NotFoundError, UsageError
from rpa.models import Job
from rpa.retry import seconds_of
from rpa.runpage.words import masked, masked_key
from rpa.states import JobState


def plans(call: Call) -> models.PlanPage:
    """Return a page of plans."""
    show, before = call.asked("show"), call.asked_number("before")
    if show not in ("", "decided"):
        raise UsageError("there is no such part of the plans, expected decided, or nothing for those that wait")
    read = plans_decided if show else plans_waiting
    found = read(call.desk.database, before=before, limit=PAGE + 1)
    rest = f"show={show}&" if show else ""
    following = f"/api/v1/plans?{rest}before={found[PAGE - 1].job_id}" if len(found) > PAGE else None
    return models.PlanPage(plans=[models.Plan.model_validate(one) for one in found[:PAGE]], next=following)


def plan(call: Call) -> models.PlanInFull:
    """Return a plan, with the digest that a decision bears."""
    one = _plan(call)
    look = call.desk.last_look(one.id, by=call.person.actor)
    found, decided = change_set_of(call.desk.views, one.id), call.desk.approvals.decision(one.id)
    return models.PlanInFull(
        job_id=one.id, workflow=one.workflow, requested_by=one.requested_by, submitted_at=one.submitted_at,
        changes=len(found.changes), items=len({each.key for each in found.changes}),
        decision=decided and decided.decision, decided_by=decided and decided.by, decided_at=decided and decided.at,
        digest=call.desk.approvals.digest(found), until=decided and decided.until,
        carried_out_by=list(call.desk.views.carried_out_by(one.id)),
        compared_by=look and look.id, comparing=look is not None and look.state is JobState.OPEN,
    )  # fmt: skip


def changes(call: Call) -> models.ChangePage:
    """Return a page of what a plan would change. That it was looked at is recorded first."""
    one = _plan(call)
    page = changes_of(call.desk.database, one.id, after=call.asked_number("after") or 0)
    facts = {"what": "plan", "count": len(page.changes), "personal": False}
    with call.desk.database.transaction() as connection:
        call.desk.record.append(connection, one.run, Event("record.read", call.person.actor, facts=facts))
    look = call.desk.last_look(one.id, by=call.person.actor)
    seen = {} if look is None else seen_by(call.desk.database, look, page.changes)
    shown = [_change(each, seen.get((each.key, each.what), UNSEEN)) for each in page.changes]
    following = f"/api/v1/plans/{one.id}/changes?after={page.following}" if page.following else None
    return models.ChangePage(changes=shown, next=following)


def look_again(call: Call) -> Response:
    """Make the job that compares a plan with the system now; one that is under way is the same one."""
    made = call.desk.look_again(_plan(call).id, by=call.person.actor)
    return JSONResponse(told(made.job).model_dump(mode="json"), 201 if made.is_new else 200)


def approve(call: Call) -> models.Decided:
    """Let a plan be carried out exactly as it was looked at."""
    return _decided(call, APPROVED)


def refuse(call: Call) -> models.Decided:
    """Let a plan never be carried out."""
    return _decided(call, "rejected")


def apply(call: Call) -> Response:
    """Make the job that carries out an approved plan; asked twice, it is the same one."""
    try:
        made = call.desk.apply(mine(call).id, by=call.person.actor, rest=call.sent.rest)
    except NotApproved as error:
        raise UsageError(str(error)) from None
    return JSONResponse(told(made.job).model_dump(mode="json"), 201 if made.is_new else 200)


def reverse(call: Call) -> Response:
    """Make the plan that would put back what a job changed."""
    made = call.desk.reverse(mine(call).id, by=call.person.actor, why=call.sent.why, again=call.sent.again)
    return JSONResponse(told(made.job).model_dump(mode="json"), 201 if made.is_new else 200)


def _plan(call: Call) -> Job:
    found = call.desk.views.job(call.number("job"))
    if not found.dry_run or found.state is not JobState.COMPLETED:
        raise NotFoundError(f"there is no plan {found.id}")
    return found


def _change(one: PlannedChange, seen: Seen) -> models.Change:
    return models.Change(case=one.item_id, whose=masked_key(one.key), what=masked(one.what), kind=one.kind,
                         before=dict(one.before), after=dict(one.after), since=seen.since,
                         now=dict(seen.now))  # fmt: skip


def _decided(call: Call, way: str) -> models.Decided:
    one, approvals = _plan(call), call.desk.approvals
    if approvals.decision(one.id) is not None:  # asked twice, or somebody was quicker: the plan says who and what
        return models.Decided(changed=False)
    found = change_set_of(call.desk.views, one.id)
    if not hmac.compare_digest(approvals.digest(found).encode(), call.sent.digest.encode()):
        raise UsageError("found another digest than that of the plan, expected the one of what you looked at")
    workflow = call.desk.workflows.get(found.workflow)
    if way == APPROVED:
        check_version(workflow, found)
        check_cap(workflow, found)
        needs = workflow.options.approval or NeedsApproval()
        approvals.approve(found, by=_signer(call), holds=timedelta(seconds=seconds_of(needs.holds)))
    else:
        approvals.reject(found, by=_signer(call), why=call.sent.why)
    return models.Decided(changed=True)


def _signer(call: Call) -> Signer:
    """Return who signs; a wrong passphrase is counted like one in the console, so that none can be tried out here."""
    tries, name, approvers = call.site.tries, call.person.name, call.desk.approvals.approvers
    approvers.check_known(name)
    if not tries.may(name, of=PASSPHRASE):
        raise UsageError("found too many wrong passphrases, expected fewer; wait 15 minutes")
    try:
        signer = approvers.sign_in(name, call.sent.passphrase)
    except UsageError:
        tries.refused(name, of=PASSPHRASE)
        raise UsageError("found another passphrase than yours, expected yours; nothing was decided") from None
    tries.good(name, of=PASSPHRASE)
    return signer
