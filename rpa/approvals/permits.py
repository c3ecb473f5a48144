"""What an item may write: everything, or what a second person has approved for it and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rpa.approvals.approvals import Approvals
from rpa.approvals.changes import ChangeSet, change_set_of
from rpa.clock import Clock
from rpa.definition import Workflow
from rpa.exceptions import NotApproved
from rpa.models import Claim, Job, Write
from rpa.views import Views

_KNOWN_FOR = 10.0
"""Seconds for which a plan that was found approved is not looked at anew: a large one takes its time."""


@dataclass(slots=True)
class Permits:
    """Looks up approvals for the attempts of one process."""

    views: Views
    approvals: Approvals
    clock: Clock
    _known: dict[int, tuple[float, ChangeSet]] = field(default_factory=dict)
    _counted: dict[int, int] = field(default_factory=dict)
    _told: set[int] = field(default_factory=set)

    def planned(self, workflow: Workflow[Any], job: Job, claim: Claim) -> Mapping[str, Write] | None:
        """Return what was approved for an item, None where nobody need have approved it.

        Raises:
            NotApproved: Somebody should have, and did not.
        """
        needs = workflow.options.approval
        if job.applies is None and job.reverses is None:
            if needs is None or (needs.above and self._items(job) <= needs.above):
                return None
            raise NotApproved(f"job {job.id} was never planned: {workflow.name} needs a plan that is approved")
        if job.applies is None:
            raise NotApproved(f"job {job.id} was never planned: what puts a job back needs a plan that is approved")
        self._check_told(job)
        plan = self._approved(job.applies)
        if (plan.workflow, plan.version) != (workflow.name, workflow.version):
            raise NotApproved(f"job {job.applies} was planned by another version of {workflow.name}: make a new plan")
        if plan.reverses != job.reverses:
            raise NotApproved(f"job {job.id} is not what job {job.applies} was planned as; run `rpa audit verify`")
        return plan.of_key(claim.key)

    def _check_told(self, job: Job) -> None:
        if job.id not in self._told:
            self.approvals.check_told(job)
            self._told.add(job.id)

    def _items(self, job: Job) -> int:
        if job.id not in self._counted:
            self._counted = {job.id: len(self.views.items(job.id))}
        return self._counted[job.id]

    def _approved(self, job_id: int) -> ChangeSet:
        now = self.clock.monotonic()
        known = self._known.get(job_id)
        if known is not None and now - known[0] < _KNOWN_FOR:
            return known[1]
        plan = change_set_of(self.views, job_id)
        self.approvals.check(plan)
        self._known = {job_id: (now, plan)}
        return plan
