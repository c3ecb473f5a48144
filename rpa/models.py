"""The records the library hands around: jobs, claims, endings and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from rpa.states import EffectState, Failure, ItemState, JobState, RowEnd

Facts = Mapping[str, Any]
"""Named values of fields: text, numbers, dates, None."""


class ActorKind(StrEnum):
    """What sort of somebody did a thing."""

    PERSON = "person"
    BOT = "bot"
    SCHEDULE = "schedule"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did a thing, by the name of that time."""

    kind: ActorKind
    name: str


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """One row of a sent sheet: which input, which sheet, and the row number Excel shows."""

    input: str
    sheet: str
    row: int

    def __str__(self) -> str:
        return self.called(self.input)

    def called(self, title: str) -> str:
        """Return where it is in words, with what people call its input."""
        return f"{title}, {self.sheet} row {self.row}"


@dataclass(frozen=True, slots=True)
class NewItem:
    """One case to submit: its key, its row as a JSON document, and the rows of the sheets it accounts for.

    `settled` ends it at once, without an attempt: an `Ending` that is completed or failed.
    """

    key: str
    data: Facts
    places: Sequence[RowRef]
    settled: "Ending | None" = None
    identifiers: Sequence[str] = ()
    """What the item can be found by beside its key, such as NHS numbers; stored as pseudonyms."""


@dataclass(frozen=True, slots=True)
class LostRow:
    """A row that does not become an item: rejected for its cells, a duplicate, or left out by its sender."""

    place: RowRef
    ended: RowEnd
    problems: Sequence[Mapping[str, str]] = ()


class Priority(StrEnum):
    """How a job stands among the others: the more urgent goes first, whatever waited before it."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def number(self) -> int:
        """Its place in the order, from 1 for urgent; what is stored."""
        return list(Priority).index(self) + 1

    @classmethod
    def of(cls, number: int) -> "Priority":
        """Return the priority that is stored as that number."""
        return list(cls)[number - 1]


@dataclass(frozen=True, slots=True)
class Timing:
    """When a job is to be done, and how it stands among the others."""

    priority: Priority = Priority.NORMAL
    not_before: datetime | None = None
    deadline: datetime | None = None


AS_USUAL = Timing()


@dataclass(frozen=True, slots=True)
class Submission:
    """A request to run a workflow, read and planned, ready to be stored in one transaction."""

    workflow: str
    version: str
    requested_by: Actor
    items: Sequence[NewItem]
    other_rows: Sequence[LostRow] = ()
    inputs: Sequence[Facts] = ()
    input_digest: str = ""
    params: Facts = field(default_factory=dict)
    dry_run: bool = False
    timing: Timing = AS_USUAL
    once: bool = False
    """A key that was ever completed is a duplicate."""
    one_job: bool = False
    """The same input of the workflow makes no second job."""
    parent: int | None = None
    """The job whose returned workbook was sent again."""
    applies: int | None = None
    """The plan that it carries out."""
    reverses: int | None = None
    """The job whose changes it puts back."""
    instead_of: int | None = None
    """The failed item that gives way to it, where a correction changed its key."""


@dataclass(frozen=True, slots=True)
class Job:
    """One stored request to run a workflow."""

    id: int
    workflow: str
    version: str
    state: JobState
    parent_id: int | None
    applies: int | None
    dry_run: bool
    requested_by: str
    priority: int
    not_before: datetime | None
    deadline: datetime | None
    params: Facts
    inputs: Sequence[Facts]
    rows_in: int
    open_items: int
    submitted_at: datetime
    completed_at: datetime | None
    reverses: int | None = None

    @property
    def run(self) -> str:
        """The name of this job's chain in the record."""
        return f"job-{self.id}"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one slot to attempt one item until the lease ends."""

    id: str
    item_id: int
    job_id: int
    workflow: str
    key: str
    data: Facts
    round: int
    attempt: int
    follows: bool
    """Whether the item was ever claimed before, so that steps may be kept and a write may have been begun."""
    worker: str
    claimed_at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What a slot holds, as its supervisor sees it."""

    item_id: int
    claim: str
    worker: str
    workflow: str


@dataclass(frozen=True, slots=True)
class KeptStep:
    """The result of one call of a step, kept for the next attempt: the n-th call of it in an attempt."""

    step: str
    ordinal: int
    result: Facts
    seconds: float
    for_report: bool = False
    """Whether it is kept with an item that is done, for whoever reads its results."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended.

    `outcome` is the workflow's own short phrase for a completed item ("moved", "already right"), and what more is known
    of one that failed; `code` names why it failed; `retry_at` puts a failed attempt back in the queue until then.
    """

    state: ItemState
    outcome: str = ""
    failure: Failure | None = None
    code: str | None = None
    retry_at: datetime | None = None
    diagnosis: str | None = None
    """Type and place of an unknown exception; never its message."""
    detail: str | None = None
    """Whole traceback, for the erasable payload only."""
    system: str | None = None
    """The target system that had the fault, where it is known."""
    given_back: str | None = None
    """Why the item goes back to the queue without an attempt being used up."""
    steps: tuple[KeptStep, ...] = ()
    """Steps too short to be worth a commit of their own: they are kept together with the ending."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An item as stored, for those who look."""

    id: int
    job_id: int
    workflow: str
    key: str
    data: Facts
    state: ItemState
    failure: Failure | None
    code: str | None
    outcome: str | None
    round: int
    attempts: int
    crashes: int
    available_at: datetime
    worker: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be written to a target system: `kind` is "change" (fields) or "effect" (anything else)."""

    kind: str
    what: str
    before: Facts | None = None
    after: Facts | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a job changed at one place, as the record holds it: a date or a time is text in ISO form."""

    what: str
    before: Facts
    after: Facts


@dataclass(frozen=True, slots=True)
class Effect:
    """One write to a target system, from its intent to its ending."""

    id: int
    item_id: int
    kind: str
    what: str
    state: EffectState
    before: Facts | None
    after: Facts | None
    intended_at: datetime
    ended_at: datetime | None


PARTS = ("by_hand", "put_aside", "done_later")
"""Counts of some of the rows of a place."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Where the rows of a job are; they balance when every row is in exactly one place."""

    rows_in: int
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    rejected: int = 0
    duplicate: int = 0
    left_out: int = 0
    open: int = 0
    by_hand: int = 0
    """How many of those that are cancelled a person did by hand."""
    put_aside: int = 0
    """How many of those that are cancelled a person left out."""
    done_later: int = 0
    """How many of those that are completed a later job did, to which they were sent again."""

    @property
    def balance(self) -> bool:
        """Whether the rows that came in are exactly those counted."""
        counted = self.completed + self.failed + self.cancelled + self.rejected + self.duplicate + self.left_out
        return self.rows_in == counted + self.open

    @property
    def stopped(self) -> int:
        """How many are cancelled, and neither done by hand nor left out."""
        return self.cancelled - self.by_hand - self.put_aside

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name, of each place where a row can be."""
        return {name: count for name, count in asdict(self).items() if name not in PARTS}

    @property
    def parts(self) -> dict[str, int]:
        """Return what is known of some of the rows besides their place, where there are any."""
        return {name: getattr(self, name) for name in PARTS if getattr(self, name)}
