"""Plans and their approval: what a dry run would change, and the word of a second person that it may."""

from rpa.approvals.applying import check_cap, check_version, submission_of
from rpa.approvals.approvals import Approval, Approvals
from rpa.approvals.approvers import Approver, Approvers
from rpa.approvals.changes import ChangeSet, PlannedChange, change_set_of
from rpa.approvals.listing import (
    PlanLine,
    PlanMark,
    changes_of,
    fields_changed,
    plan_marks,
    plans_decided,
    plans_waiting,
    size_of,
)
from rpa.approvals.looks import Seen, Since, failed_items, look_of, newest_look, note_look, plan_looked_at, seen_by
from rpa.approvals.made import LeftBehind, made_by_key
from rpa.approvals.permits import Permits
from rpa.approvals.reversing import Reversal, reversal_of
from rpa.approvals.shown import Shown, shown_of
from rpa.approvals.signing import Signer

__all__ = [
    "Approval",
    "Approvals",
    "Approver",
    "Approvers",
    "ChangeSet",
    "LeftBehind",
    "Permits",
    "PlanLine",
    "PlanMark",
    "PlannedChange",
    "Reversal",
    "Seen",
    "Shown",
    "Signer",
    "Since",
    "change_set_of",
    "changes_of",
    "check_cap",
    "check_version",
    "failed_items",
    "fields_changed",
    "look_of",
    "made_by_key",
    "newest_look",
    "note_look",
    "plan_looked_at",
    "plan_marks",
    "plans_decided",
    "plans_waiting",
    "reversal_of",
    "seen_by",
    "shown_of",
    "size_of",
    "submission_of",
]
