"""The change set of a dry run: every write that it would have made, which is approved as it stands or not at all."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from rpa.db.types import canonical
from rpa.exceptions import UsageError
from rpa.models import Facts, Write
from rpa.states import JobState
from rpa.views import Views


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One write that a dry run would have made."""

    item_id: int
    key: str
    kind: str
    """`change` (fields) or `effect` (anything else)."""
    what: str
    before: Facts
    after: Facts


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All writes that one dry run would have made, in the order in which they were planned."""

    job_id: int
    workflow: str
    version: str
    """The author's version and a digest of the source: other code might do something else."""
    changes: tuple[PlannedChange, ...]
    reverses: int | None = None
    """The job whose changes it would put back."""

    def digest(self, key: bytes) -> str:
        """Return what stands for it in the record: HMAC-SHA-256, for a plain hash of one row could be tried out."""
        said = [[one.key, one.kind, one.what, dict(one.before), dict(one.after)] for one in self.changes]
        put_back = [] if self.reverses is None else [self.reverses]
        document = canonical([self.job_id, self.workflow, self.version, said, *put_back])
        return hmac.digest(key, document, "sha256").hex()

    def of_key(self, key: str) -> Mapping[str, Write]:
        """Return what is planned for an item, by the place that is written to."""
        return {one.what: Write(one.kind, one.what, one.before, one.after) for one in self.changes if one.key == key}


def change_set_of(views: Views, job_id: int) -> ChangeSet:
    """Return what a dry run would have changed.

    Raises:
        NotFoundError: There is no such job.
        UsageError: It is no dry run, or not all of it is done.
    """
    job = views.job(job_id)
    if not job.dry_run:
        raise UsageError(f"job {job_id} is no dry run, expected one that `rpa plan` made: only a plan can be approved")
    if job.state != JobState.COMPLETED:
        raise UsageError(
            f"job {job_id} still has {job.open_items} items that wait, expected a plan that is done: let it end"
        )
    changes = tuple(PlannedChange(*one) for one in views.planned(job_id))
    return ChangeSet(job.id, job.workflow, job.version, changes, job.reverses)
