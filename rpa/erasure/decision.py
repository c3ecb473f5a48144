"""Why something is erased, and by whose decision: two people, and a legal basis that the record keeps for ever."""

from dataclasses import dataclass

from rpa.exceptions import UsageError
from rpa.logs import scrubbed
from rpa.models import Actor


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something is erased, who asks for it, and who else approved it."""

    basis: str
    by: Actor
    approved_by: str

    def __post_init__(self) -> None:
        if not self.basis.strip():
            raise UsageError('there is no legal basis, expected one such as --basis "UK GDPR 17(1)(a)"')
        if not self.approved_by.strip() or self.approved_by.strip().casefold() == self.by.name.strip().casefold():
            raise UsageError("who asks can't approve it as well, expected the name of another person")
        if any(scrubbed(one) != one for one in (self.basis, self.approved_by)):
            raise UsageError(
                "legal basis and name are kept for ever, and one reads like a patient's data: leave it out"
            )

    def facts(self) -> dict[str, object]:
        """Return what the record says of it."""
        return {"basis": self.basis, "approved_by": self.approved_by}
