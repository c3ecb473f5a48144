"""Plans and their approval: what a dry run would change, and the word of a second person that it may."""

from rpa.approvals.applying import check_cap, check_version, submission_of
from rpa.approvals.approvals import Approval, Approvals
from rpa.approvals.approvers import Approver, Approvers
from rpa.approvals.changes import ChangeSet, PlannedChange, change_set_of
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
    "PlannedChange",
    "Reversal",
    "Shown",
    "Signer",
    "change_set_of",
    "check_cap",
    "check_version",
    "made_by_key",
    "reversal_of",
    "shown_of",
    "submission_of",
]
