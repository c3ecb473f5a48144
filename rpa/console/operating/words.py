"""What the digital team's pages say of causes, in the words of the workflow that they are of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from rpa.cause_notes import CauseNote
from rpa.codes import TELL_THE_TEAM, Explanation
from rpa.console.visit import Visit
from rpa.lists import Cause, CauseLine
from rpa.states import Failure

KINDS = {
    Failure.BUSINESS: "The data or a rule",
    Failure.SYSTEM: "A technical fault",
    Failure.IN_DOUBT: "A write in doubt",
}

_LOOK_YOURSELF = (
    "Open the run of a row below: it shows each step, the picture and the log. Retry when the cause is gone."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A cause as a page tells of it."""

    cause: Cause
    title: str
    said: Explanation
    items: int
    jobs: int
    first_at: datetime
    last_at: datetime
    known: CauseNote | None = None
    """What somebody has noted of it."""

    @property
    def address(self) -> str:
        """Where its page is."""
        return address_of(self.cause)

    @property
    def how_to_fix(self) -> str:
        """What to do, as the digital team is told it, which can't be sent to itself."""
        return _LOOK_YOURSELF if self.said.how_to_fix == TELL_THE_TEAM else self.said.how_to_fix

    @property
    def kind(self) -> str:
        """What kind of trouble it is, in words."""
        return KINDS[self.cause.failure]

    @property
    def is_doubtful(self) -> bool:
        """Whether nobody knows if something was written."""
        return self.cause.failure is Failure.IN_DOUBT


def address_of(cause: Cause) -> str:
    """Return where the page of a cause is."""
    return f"/problems/{cause.workflow}/{cause.failure}/{quote(cause.code, safe='')}"


def told_all(visit: Visit, lines: Sequence[CauseLine]) -> list[Told]:
    """Put causes in words, each with what is known of it."""
    notes = visit.desk.cause_notes.all()
    return [replace(told(visit, one), known=notes.get(one.cause)) for one in lines]


def told(visit: Visit, one: CauseLine) -> Told:
    """Put a cause in words, also where its workflow is not here any more."""
    title, said = visit.desk.workflows.words_for(one.cause.workflow, one.cause.code)
    return Told(one.cause, title, said.on_pages, one.items, one.jobs, one.first_at, one.last_at)
