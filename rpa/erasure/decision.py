"""Why something is erased, and by whose decision: two people, and a legal basis that the record keeps for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rpa.approvals.names import same_name
from rpa.approvals.signing import Signer
from rpa.exceptions import UsageError
from rpa.logs import scrubbed
from rpa.models import Actor


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something is erased, who asks for it, and who else has approved it with his passphrase."""

    basis: str
    by: Actor
    approved_by: Signer
    scope: str
    """What is erased, in words that name nobody: a patient by pseudonym, jobs by the day before which they ended."""
    at: datetime

    def __post_init__(self) -> None:
        check_people(self.basis, self.by, self.approved_by.name)

    @property
    def said(self) -> list[Any]:
        """What whoever approved it has signed."""
        return ["erasure", self.basis, self.by.name, self.approved_by.name, self.scope, self.at.isoformat()]

    def facts(self) -> dict[str, object]:
        """Return what the record says of it; with the name of who asked, it is all that was signed."""
        return {
            "basis": self.basis,
            "approved_by": self.approved_by.name,
            "scope": self.scope,
            "decided_at": self.at.isoformat(),
            "signature": self.approved_by.sign(*self.said),
        }


def check_people(basis: str, by: Actor, approved_by: str) -> None:
    """Make sure that two people decide, on a basis, before anybody is asked for a passphrase.

    Raises:
        UsageError: There is no basis, both are one, or one of them reads like a patient's data.
    """
    if not basis.strip():
        raise UsageError('there is no legal basis, expected one such as --basis "UK GDPR 17(1)(a)"')
    if not same_name(approved_by) or same_name(approved_by) == same_name(by.name):
        raise UsageError("who asks can't approve it as well, expected the name of another person")
    if any(scrubbed(one) != one for one in (basis, approved_by)):
        raise UsageError("legal basis and name are kept for ever, and one reads like a patient's data: leave it out")
