"""Decides about a plan: approves or refuses it with the approver's own passphrase, or has the robot look once more."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from rpa.approvals import ChangeSet, Signer, change_set_of, check_cap, check_version
from rpa.console.door import Page
from rpa.console.navigation import APPROVERS
from rpa.console.plans import is_mine, plan_of, seen_as, titles
from rpa.console.starting import in_words
from rpa.console.tries import PASSPHRASE
from rpa.console.visit import Visit
from rpa.definition import NeedsApproval, Workflow
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.retry import seconds_of

_TOO_OFTEN = "There were too many wrong passphrases. Wait 15 minutes"
_NO_REASON, _NOTHING = "Enter why, for whoever made the plan", "Enter your passphrase"
_WRONG = "That is not your passphrase. Nothing was decided"
_CHANGED = "The plan is not what you looked at any more. Look at it again. Nothing was decided"
_SAID = {"approve": ("approved", "approved"), "refuse": ("rejected", "refused")}
"""What each way of deciding is called in the table, and in the banner."""


def ask_approve(visit: Visit) -> Response:
    """Ask for the passphrase, and say what approving means."""
    return _asked_first(visit, "approve")


def approve(visit: Visit) -> Response:
    """Let the plan be carried out exactly as it was looked at."""
    return _decided(visit, "approve")


def ask_refuse(visit: Visit) -> Response:
    """Ask for the reason and the passphrase."""
    return _asked_first(visit, "refuse")


def refuse(visit: Visit) -> Response:
    """Let the plan never be carried out."""
    return _decided(visit, "refuse")


def look_again(visit: Visit) -> Response:
    """Let the robot find out what has changed since the plan was made."""
    one = plan_of(visit)
    try:
        visit.desk.look_again(one.id, by=visit.person.actor)
    except UsageError as error:
        return visit.show("plan_refused.html", status=422, text=in_words(error), job=one)
    return visit.go(f"/plans/{one.id}", said="looking")


def _asked_first(visit: Visit, way: str) -> Response:
    """Ask whoever has looked at the plan as it is; who comes from its page of before is led to what it is now."""
    one, looked_at = plan_of(visit), visit.asked("seen")
    if looked_at and looked_at != seen_as(one):
        return visit.go(f"/plans/{one.id}", said="plan-changed")
    return _asked(visit, way, {})


def _asked(visit: Visit, way: str, errors: Mapping[str, str], *, status: int = 200) -> Response:
    one = plan_of(visit)
    found, approvers = change_set_of(visit.desk.views, one.id), visit.desk.approvals.approvers
    if visit.desk.approvals.decision(one.id) is not None or not found.changes:
        return visit.go(f"/plans/{one.id}")
    return visit.show(
        "plan_decide.html", status=status, job=one, title=titles(visit).get(one.workflow, one.workflow), way=way,
        changes=len(found.changes), items=len({each.key for each in found.changes}), errors=errors,
        digest=visit.desk.approvals.digest(found), why=visit.text("why"), is_mine=is_mine(visit, one.requested_by),
        is_known=approvers.knows(visit.person.name), is_first=not approvers.all(), **_needs(visit, one),
    )  # fmt: skip


def _decided(visit: Visit, way: str) -> Response:
    one = plan_of(visit)
    if visit.desk.approvals.decision(one.id) is not None:
        return _told(visit, one, way)
    errors = _missing(visit, way)
    if errors:
        return _asked(visit, way, errors, status=422)
    if not visit.site.tries.may(visit.person.name, of=PASSPHRASE):
        return _asked(visit, way, {"passphrase": _TOO_OFTEN}, status=429)
    return _signed(visit, one, way)


def _missing(visit: Visit, way: str) -> dict[str, str]:
    why = {"why": _NO_REASON} if way == "refuse" and not visit.text("why") else {}
    return why if visit.form.get("passphrase") else {**why, "passphrase": _NOTHING}


def _signed(visit: Visit, one: Job, way: str) -> Response:
    """Decide as the person whom the passphrase shows."""
    found = change_set_of(visit.desk.views, one.id)
    if not hmac.compare_digest(visit.desk.approvals.digest(found).encode(), visit.text("digest").encode()):
        return _asked(visit, way, {"passphrase": _CHANGED}, status=409)
    try:
        _check(visit, found, way)
        signer = _signer(visit)
        if signer is None:
            return _asked(visit, way, {"passphrase": _WRONG}, status=401)
        _decide(visit, found, way, signer)
    except UsageError as error:
        if visit.desk.approvals.decision(one.id) is None:
            return _asked(visit, way, {"passphrase": in_words(error)}, status=422)
    return _told(visit, one, way)


def _told(visit: Visit, one: Job, way: str) -> Response:
    """Show the plan; where somebody was quicker, its page says who and what, and no banner that it was this person."""
    made = visit.desk.approvals.decision(one.id)
    is_his = made is not None and made.by == visit.person.name and made.decision == _SAID[way][0]
    return visit.go(f"/plans/{one.id}", said=_SAID[way][1] if is_his else "")


def _check(visit: Visit, found: ChangeSet, way: str) -> None:
    visit.desk.approvals.approvers.check_known(visit.person.name)
    if way == "approve":
        workflow = visit.desk.workflows.get(found.workflow)
        check_version(workflow, found)
        check_cap(workflow, found)


def _signer(visit: Visit) -> Signer | None:
    """Return who signs; None if the passphrase is not his, which is counted like a wrong password."""
    try:
        signer = visit.desk.approvals.approvers.sign_in(visit.person.name, str(visit.form.get("passphrase", "")))
    except UsageError:
        visit.site.tries.refused(visit.person.name, of=PASSPHRASE)
        return None
    visit.site.tries.good(visit.person.name, of=PASSPHRASE)
    return signer


def _decide(visit: Visit, found: ChangeSet, way: str, signer: Signer) -> None:
    if way == "refuse":
        visit.desk.approvals.reject(found, by=signer, why=visit.text("why"))
        return
    needs = _approval(visit.desk.workflows.get(found.workflow))
    visit.desk.approvals.approve(found, by=signer, holds=timedelta(seconds=seconds_of(needs.holds)))


def _needs(visit: Visit, one: Job) -> dict[str, Any]:
    workflow = visit.desk.workflows.get(one.workflow)
    needs = _approval(workflow)
    return {"canary": needs.canary, "until": visit.desk.clock.now() + timedelta(seconds=seconds_of(needs.holds)),
            "destructive": workflow.options.destructive}  # fmt: skip


def _approval(workflow: Workflow[Any]) -> NeedsApproval:
    return workflow.options.approval or NeedsApproval()


PAGES: Mapping[str, Page] = {
    "/plans/{job:int}/approve": Page(ask_approve, approve, APPROVERS),
    "/plans/{job:int}/refuse": Page(ask_refuse, refuse, APPROVERS),
    "/plans/{job:int}/look": Page(take=look_again, roles=APPROVERS),
}
