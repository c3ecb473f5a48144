"""What a handler of the FHIR server is given, what it answers, and how it refuses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.demo.clinic.desk import Desk

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request of one account."""

    desk: Desk
    base: str
    """Address of the server, as the one who asks knows it."""
    asked: Sequence[tuple[str, str]] = ()
    """The parameters of a search: one may stand there twice."""
    sent: Resource | None = None
    """The resource that is to be written."""
    if_match: str = ""

    def all_of(self, name: str) -> list[str]:
        """Return every value of a parameter."""
        return [value for key, value in self.asked if key == name]

    def one_of(self, name: str, default: str = "") -> str:
        """Return the one value of a parameter."""
        values = self.all_of(name)
        if len(values) > 1:
            raise Refused(400, "invalid", f"{name} can be given once")
        return values[0] if values else default


Handler = Callable[[Call], Resource]


class Refused(Exception):  # noqa: N818 - an answer of its own, not a mistake
    """The server doesn't do what was asked: a status, a code of FHIR's own list, and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(status, code, words)
        self.status = status
        self.outcome: Resource = {
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": code, "diagnostics": words}],
        }
