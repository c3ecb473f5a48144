"""The faults the clinic can be told to have: one table of what each does, and the rules that say when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rpa.demo.clinic.page import PLAIN, Twist

TOKEN_HEADER = "x-clinic-token"  # noqa: S105 - the name of a header
"""The header that must hold the clinic's token when somebody asks for faults."""


class Handling(StrEnum):
    """What becomes of the request itself."""

    KEPT = "kept"  # handled, and what it wrote stays
    SKIPPED = "skipped"  # never reaches the page's handler
    FORGOTTEN = "forgotten"  # handled, and what it wrote is rolled back
    LATE = "late"  # as forgotten, but done again and kept after `seconds`


class Reply(StrEnum):
    """What becomes of the reply."""

    WHOLE = "whole"
    ERROR = "error"  # an error page with `status` instead
    HELD = "held"  # nothing is sent for `seconds`, then the connection closes
    HALF = "half"  # half of it is sent, then the connection closes
    RESET = "reset"  # nothing is sent, the connection is reset


class SessionLoss(StrEnum):
    """What becomes of the session before the request is handled."""

    KEPT = "kept"
    EXPIRED = "expired"  # the session is gone, and the reply says so
    SIGN_IN_PAGE = "sign in page"  # the session is gone, and the sign-in page comes with status 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a real system goes wrong."""

    says: str
    methods: frozenset[str] = frozenset({"GET", "POST", "PUT"})
    handling: Handling = Handling.KEPT
    reply: Reply = Reply.WHOLE
    session: SessionLoss = SessionLoss.KEPT
    status: int = 500
    seconds: float = 0.0
    twist: Twist = PLAIN

    @property
    def delay(self) -> float:
        """How long the request waits before it is handled; of a late or held one, `seconds` mean something else."""
        waits = self.handling is not Handling.LATE and self.reply is not Reply.HELD
        return self.seconds if waits else 0.0


GET, POST = frozenset({"GET"}), frozenset({"POST", "PUT"})
FAULTS: Mapping[str, Fault] = {
    "slow": Fault("The reply comes after `seconds`.", seconds=3.0),
    "error_500": Fault("Error 500 and nothing done.", handling=Handling.SKIPPED, reply=Reply.ERROR),
    "error_503": Fault("Error 503 and nothing done.", handling=Handling.SKIPPED, reply=Reply.ERROR, status=503),
    "expired_session": Fault("The session has ended.", session=SessionLoss.EXPIRED),
    "sign_in_page": Fault("The session has ended; the sign-in page has status 200.", session=SessionLoss.SIGN_IN_PAGE),
    "saved_but_error": Fault("Saved, but an error page comes.", POST, reply=Reply.ERROR, status=502),
    "success_but_not_saved": Fault("Nothing saved, but it looks so.", POST, handling=Handling.FORGOTTEN),
    "applied_late": Fault("Saved `seconds` after it looks so.", POST, handling=Handling.LATE, seconds=1.0),
    "renamed_field": Fault("A field of the form has another name and label.", GET, twist=Twist(renamed=True)),
    "moved_field": Fault("A field of the form is in another place.", GET, twist=Twist(moved=True)),
    "wrong_patient": Fault("The page is about somebody else.", GET, twist=Twist(wrong_patient=True)),
    "hung_before": Fault("Nothing done, no reply.", handling=Handling.SKIPPED, reply=Reply.HELD, seconds=600.0),
    "hung_after": Fault("Done, no reply.", reply=Reply.HELD, seconds=600.0),
    "half_reply": Fault("Done, half a reply.", reply=Reply.HALF),
    "reset_before": Fault("Nothing done, connection reset.", handling=Handling.SKIPPED, reply=Reply.RESET),
    "reset_after": Fault("Done, connection reset.", reply=Reply.RESET),
}
"""Every fault by name. Its methods are the requests it means unless a rule says others."""


def _known(name: str) -> str:
    if name not in FAULTS:
        raise ValueError(f"there is no such fault: choose one of {', '.join(FAULTS)}")
    return name


class FaultRule(BaseModel):
    """When a fault happens: on matching requests, after the first `skip`, each `every`th, `times` times at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Annotated[str, AfterValidator(_known)]
    path: str = "*"
    method: str | None = Field(default=None, pattern="^(GET|POST|PUT)$")
    times: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)
    every: int = Field(default=1, ge=1)
    seconds: float | None = Field(default=None, ge=0)
    status: int | None = Field(default=None, ge=400, le=599)
    field: str = ""

    def means(self, method: str, path: str) -> bool:
        """Tell whether a request is one of those this rule is about."""
        methods = {self.method} if self.method else FAULTS[self.fault].methods
        return method in methods and fnmatchcase(path, self.path)

    def happening(self) -> Fault:
        """Return the fault with this rule's own times, status and field."""
        fault = FAULTS[self.fault]
        return replace(
            fault,
            status=self.status or fault.status,
            seconds=fault.seconds if self.seconds is None else self.seconds,
            twist=replace(fault.twist, field=self.field),
        )


NO_FAULT = Fault("Nothing is wrong.")


@dataclass
class _Counted:
    """A rule in force."""

    rule: FaultRule
    met: int = 0
    happened: int = 0

    def due(self) -> bool:
        left = self.rule.times is None or self.happened < self.rule.times
        return left and self.met > self.rule.skip and (self.met - self.rule.skip) % self.rule.every == 0


class FaultBook:
    """The rules in force and how often each has been met."""

    def __init__(self) -> None:
        self._rules: list[_Counted] = []

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force after those there are; the first that applies decides about a request."""
        self._rules.append(_Counted(rule))

    def clear(self) -> None:
        """Put every rule out of force."""
        self._rules.clear()

    def counts(self) -> list[dict[str, object]]:
        """Tell of each rule how many requests it met and on how many its fault happened."""
        return [{**one.rule.model_dump(), "met": one.met, "happened": one.happened} for one in self._rules]

    def take(self, method: str, path: str) -> Fault:
        """Return the fault a request meets, and count it."""
        for one in self._rules:
            if one.rule.means(method, path):
                one.met += 1
                if one.due():
                    one.happened += 1
                    return one.rule.happening()
        return NO_FAULT
