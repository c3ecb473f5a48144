"""Carries out a plan that somebody else has approved: the first items, and the rest when those were looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from rpa.approvals import plan_looked_at, size_of
from rpa.approvals.approvals import APPROVED
from rpa.console.door import Page
from rpa.console.navigation import SENDERS
from rpa.console.plans import decision_of, titles
from rpa.console.seeing import may_see
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.definition import NeedsApproval
from rpa.exceptions import NotApproved, NotFoundError, UsageError
from rpa.models import Job
from rpa.states import JobState


@dataclass(frozen=True, slots=True)
class PlanState:
    """How far a plan has come: what was decided about it, what was done of it, and what can be done next."""

    changes: int
    items: int
    canary: int
    decision: str = ""
    by: str = ""
    why: str = ""
    until: datetime | None = None
    is_over: bool = False
    done_by: tuple[int, ...] = ()
    looks_at: int | None = None
    """The plan that it only compares with the system."""

    @property
    def part(self) -> str:
        """The part that would be done next: `all`, `first`, `rest`, or nothing."""
        if self.decision != APPROVED or self.is_over:
            return ""
        has_rest = 0 < self.canary < self.items
        if not self.done_by:
            return "first" if has_rest else "all"
        return "rest" if has_rest and len(self.done_by) == 1 else ""

    @property
    def number(self) -> int:
        """How many items that part has."""
        return {"all": self.items, "first": self.canary, "rest": self.items - self.canary}.get(self.part, 0)


def plan_state(visit: Visit, one: Job) -> PlanState | None:
    """Return how far a plan has come; None for what is no plan, or is not made yet."""
    if not one.dry_run or one.state is not JobState.COMPLETED:
        return None
    changes, items = size_of(visit.desk.database, one.id)
    told = decision_of(visit, one)
    decided, done = told["decided"], tuple(told["done_by"])
    if decided is None:
        looks_at = plan_looked_at(visit.desk.database, one.id)
        return PlanState(changes, items, _canary(visit, one), done_by=done, looks_at=looks_at)
    return PlanState(changes, items, _canary(visit, one), decided.decision, decided.by, told["why"], decided.until,
                     told["is_over"], done)  # fmt: skip


def ask(visit: Visit) -> Response:
    """Ask whether a plan is really to be carried out, and say how much of it now."""
    one = _mine(visit)
    state = plan_state(visit, one)
    if state is None or not state.part:
        return visit.go(f"/jobs/{one.id}")
    return visit.show("carry_out.html", job=one, state=state, title=titles(visit).get(one.workflow, one.workflow))


def carry_out(visit: Visit) -> Response:
    """Make the job that carries it out; a second click finds the job that the first one made."""
    one = _mine(visit)
    try:
        made = visit.desk.apply(one.id, by=visit.person.actor, rest=visit.text("part") == "rest")
    except (UsageError, NotApproved) as error:
        return visit.show("plan_refused.html", status=422, text=in_words(error), job=one, back=f"/jobs/{one.id}")
    return visit.go(f"/jobs/{made.job.id}", said="started" if made.is_new else "carried-out")


def _mine(visit: Visit) -> Job:
    """Return the plan of the address, if the person may see it; to all others there is none of that number."""
    found = visit.desk.views.job(visit.number("job"))
    if not may_see(visit, found) or not found.dry_run:
        raise NotFoundError(f"there is no plan {found.id}")
    return found


def _canary(visit: Visit, one: Job) -> int:
    try:
        needs = visit.desk.workflows.get(one.workflow).options.approval
    except NotFoundError:  # a plan outlives its workflow, and can't be carried out then
        return 0
    return (needs or NeedsApproval()).canary or 0


PAGES: Mapping[str, Page] = {"/jobs/{job:int}/carry-out": Page(ask, carry_out, SENDERS)}
