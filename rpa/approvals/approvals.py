"""Who may let a plan be carried out, for how long, and what shows that it was he who did."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from rpa.approvals.approvers import Approvers
from rpa.approvals.changes import ChangeSet
from rpa.approvals.looks import plan_looked_at
from rpa.approvals.names import same_name
from rpa.approvals.signing import Signer
from rpa.audit import Event, Record, Trail
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.approval_tables import approval
from rpa.db.types import canonical
from rpa.exceptions import NotApproved, UsageError
from rpa.models import Actor, ActorKind, Job

APPROVED, REJECTED = "approved", "rejected"


@dataclass(frozen=True, slots=True)
class Approval:
    """A decision on a change set."""

    job_id: int
    decision: str
    digest: str
    changes: int
    by: str
    at: datetime
    until: datetime
    """It may be carried out before this moment."""
    signature: str = ""

    @property
    def said(self) -> list[Any]:
        """What whoever decided has signed."""
        return [self.job_id, self.decision, self.digest, self.changes, self.by, self.at, self.until]

    def mark(self, key: bytes) -> bytes:
        """Return what only who has the key can make: a row that was put into the table by hand has another one."""
        return hmac.digest(key, canonical([*self.said, self.signature]), "sha256")


class Approvals:
    """Decisions on the change sets of dry runs: one for each, by somebody who did not ask for it.

    `key_for` gives keys that are not in the database, so that whoever can write to it can't approve. Whoever has those
    too can't sign in the place of an approver, whose key is made of his passphrase.
    """

    def __init__(self, database: Database, record: Record, clock: Clock, *, key_for: Callable[[str], bytes],
                 organisation: str = "") -> None:  # fmt: skip
        self._database = database
        self._record = record
        self._clock = clock
        self._key_for = key_for
        self.approvers = Approvers(database, record, clock, key_for=key_for, organisation=organisation)

    def digest(self, plan: ChangeSet) -> str:
        """Return what stands for a change set in the record."""
        return plan.digest(self._key_for("change sets"))

    def approve(self, plan: ChangeSet, *, by: Signer, holds: timedelta) -> Approval:
        """Let a change set be carried out until it expires.

        Raises:
            UsageError: He is the one who asked for it, nothing would be changed, it was decided before, or it only
                compares another plan.
        """
        if not plan.changes:
            raise UsageError(f"job {plan.job_id} would change nothing, so there is nothing to approve")
        return self._decide(plan, APPROVED, by, holds, why="")

    def reject(self, plan: ChangeSet, *, by: Signer, why: str) -> Approval:
        """Let a change set never be carried out.

        Raises:
            UsageError: He is the one who asked for it, there is no reason, it was decided before, or it only compares
                another plan.
        """
        if not why.strip():
            raise UsageError("found no reason, expected --why with a sentence for whoever made the plan")
        return self._decide(plan, REJECTED, by, timedelta(), why=why.strip())

    def decision(self, job_id: int) -> Approval | None:
        """Return what was decided about a plan, None if nothing yet; it is not said to hold."""
        with self._database.reading() as connection:
            found = _found(connection, job_id)
        return None if found is None else found[0]

    def check(self, plan: ChangeSet) -> Approval:
        """Return the approval of a change set, once everything about it holds.

        Raises:
            NotApproved: There is none, it was rejected or has expired, it was for other changes, the asker gave it, it
                was put into the database by hand, or whoever gave it is no approver any longer.
        """
        with self._database.reading() as connection:
            found = _found(connection, plan.job_id)
        if found is None:
            raise NotApproved(f"nobody has approved job {plan.job_id} yet: somebody who did not ask for it runs "
                              f"`rpa approve {plan.job_id}`")  # fmt: skip
        one, mark = found
        if not hmac.compare_digest(mark, one.mark(self._key_for("approvals"))):
            raise NotApproved(f"the approval of job {plan.job_id} was not given by rpa, or was changed since; keep the "
                              "database as it is, and call the digital team")  # fmt: skip
        self.approvers.check(one.by, one.signature, *one.said)
        if one.decision != APPROVED:
            raise NotApproved(f"{one.by} rejected job {plan.job_id}: make a new plan")
        if one.digest != self.digest(plan):
            raise NotApproved(f"what {one.by} approved is not what job {plan.job_id} would change now; make a new plan")
        if self._clock.now() >= one.until:
            raise NotApproved(f"the approval of job {plan.job_id} has expired: make a new plan, for much may be new")
        self._check_record(plan, one)
        return one

    def check_told(self, job: Job) -> None:
        """Make sure that a job is what the record says was asked for: a hand in the database can make it another.

        Raises:
            NotApproved: It is not.
        """
        told, number = Trail(self._database).first(job.run, "job.submitted")
        said = told.facts if told is not None and number == 1 else {}
        asked = said.get("workflow"), said.get("dry_run"), said.get("applies"), said.get("reverses")
        if asked != (job.workflow, job.dry_run, job.applies, job.reverses):
            raise NotApproved(f"job {job.id} is not what the record says was asked for; keep the database as it is, "
                              "and call the digital team")  # fmt: skip

    def _check_record(self, plan: ChangeSet, one: Approval) -> None:
        trail = Trail(self._database)
        submitted, _ = trail.first(f"job-{plan.job_id}", "job.submitted")
        told, number = trail.first(f"job-{plan.job_id}", "job.approved")
        if (
            submitted is None
            or told is None
            or number != 1
            or (told.facts.get("changes") != one.digest or submitted.facts.get("reverses") != plan.reverses)
        ):
            raise NotApproved(f"the record does not tell of the approval of job {plan.job_id}; run `rpa audit verify`")
        if same_name(submitted.actor.name) == same_name(told.actor.name) or told.actor.name != one.by:
            raise NotApproved(f"job {plan.job_id} was approved by who asked for it, expected somebody else")

    def _decide(self, plan: ChangeSet, decision: str, by: Signer, holds: timedelta, *, why: str) -> Approval:
        now = self._clock.now()
        said = Approval(plan.job_id, decision, self.digest(plan), len(plan.changes), by.name, now, now + holds)
        made = replace(said, signature=by.sign(*said.said))
        self._check_plan(plan)
        self._check_person(plan, by)
        with self._database.transaction() as connection:
            self._database.lock_input(connection, f"approval of {plan.job_id}")
            if (before := _found(connection, plan.job_id)) is not None:
                raise UsageError(
                    f"{before[0].by} {before[0].decision} job {plan.job_id} before: make a new plan instead"
                )
            values = {"job_id": made.job_id, "decision": decision, "digest": made.digest, "changes": made.changes,
                      "decided_by": made.by, "decided_at": made.at, "until": made.until,
                      "signature": made.signature, "mark": made.mark(self._key_for("approvals"))}  # fmt: skip
            connection.execute(insert(approval).values(**values))
            facts = {"changes": made.digest, "count": made.changes, "until": made.until, "signature": made.signature}
            actor, words = Actor(ActorKind.PERSON, by.name), {"why": why} if why else None
            self._record.append(
                connection, f"job-{plan.job_id}", Event(f"job.{decision}", actor, facts=facts, payload=words)
            )
        return made

    def _check_plan(self, plan: ChangeSet) -> None:
        looked_at = plan_looked_at(self._database, plan.job_id)
        if looked_at is not None:
            raise UsageError(f"job {plan.job_id} only compares plan {looked_at} with the system, so nothing of it is "
                             f"decided; decide about job {looked_at}")  # fmt: skip

    def _check_person(self, plan: ChangeSet, by: Signer) -> None:
        submitted, _ = Trail(self._database).first(f"job-{plan.job_id}", "job.submitted")
        if by.public not in {one.key for one in self.approvers.all()}:
            raise UsageError(f"{by.name} is not among those who may approve")
        if submitted is None or same_name(submitted.actor.name) == same_name(by.name):
            raise UsageError(f"{by.name} asked for job {plan.job_id}, expected somebody else to decide about it")


def _found(connection: Connection, job_id: int) -> tuple[Approval, bytes] | None:
    row = connection.execute(select(approval).where(approval.c.job_id == job_id)).one_or_none()
    if row is None:
        return None
    made = Approval(row.job_id, row.decision, row.digest, row.changes, row.decided_by, row.decided_at, row.until,
                    row.signature)  # fmt: skip
    return made, bytes(row.mark)
