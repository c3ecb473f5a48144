"""Plans and their approval: what a dry run would change, and the word of a second person that it may."""

from rpa.approvals.approvals import Approval, Approvals, NotApproved
from rpa.approvals.changes import ChangeSet, PlannedChange, change_set_of

__all__ = ["Approval", "Approvals", "ChangeSet", "NotApproved", "PlannedChange", "change_set_of"]
