"""What programs send and what they are sent."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rpa.approvals.looks import Since


class Sent(BaseModel):
    """What a program sends: nothing but what is known is taken."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="after")
    def without_zero_characters(self) -> Self:
        """Take no text that a database can't keep."""
        if "\\u0000" in self.model_dump_json():
            raise ValueError("a text has the character 0, which is in no text")
        return self


class Told(BaseModel):
    """What a program is sent."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Told):
    """What was wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class File(Sent):
    """A spreadsheet, as it would be sent in the console."""

    name: str = Field(min_length=1, max_length=200, description="Its name, which ends with .xlsx or .csv.")
    content: str = Field(max_length=140_000_000, description="Its bytes as base64.")


class NewJob(Sent):
    """A job to start: the work, and its rows or its files."""

    workflow: str = Field(min_length=1, max_length=100)
    rows: dict[str, list[dict[str, Any]]] = Field(
        default_factory=dict,
        description="Rows of each input, by heading or by name of the field; `sheet` where a work has one input.",
    )
    files: dict[str, File] = Field(default_factory=dict, description="A spreadsheet for each input, instead of rows.")
    params: dict[str, Any] = Field(default_factory=dict)
    plan: bool = Field(default=False, description="Find out what would be written, and write nothing.")
    again: bool = Field(default=False, description="Make a new job although the same was sent before.")


class Job(Told):
    """A job."""

    id: int
    workflow: str
    state: str
    plan: bool
    requested_by: str
    rows: int
    open_rows: int
    submitted_at: datetime
    completed_at: datetime | None


class Totals(Told):
    """Where the rows of a job are; every row is in exactly one place."""

    rows_in: int
    completed: int
    failed: int
    cancelled: int
    rejected: int
    duplicate: int
    left_out: int
    open: int
    by_hand: int = Field(description="Of those that are `cancelled`: how many a person did by hand.")
    put_aside: int = Field(description="Of those that are `cancelled`: how many a person left out.")


class JobInFull(Job):
    """A job with where its rows are."""

    totals: Totals


class JobPage(Told):
    """Jobs, newest first; `next` is the address of the page after it."""

    jobs: list[Job]
    next: str | None


class Row(Told):
    """A row of a job, and what became of it."""

    input: str
    title: str = Field(description="What people call the input.")
    sheet: str
    row: int
    state: str
    outcome: str = Field(description="What the results workbook calls it, such as `Done` or `Done by hand`.")
    said: str
    case: int | None = Field(description="The number of its case.")


class RowPage(Told):
    """Rows in the order of the sheets."""

    rows: list[Row]
    next: str | None


class Stopped(Told):
    """What came of stopping a job."""

    stopped: int = Field(description="Cases that will not be started.")


class Case(Told):
    """A case that waits for a person."""

    id: int
    job: int
    workflow: str
    code: str
    what_happened: str
    how_to_fix: str
    since: datetime


class CasePage(Told):
    """Cases that wait, in the order of their numbers."""

    cases: list[Case]
    next: str | None


class Decision(Sent):
    """What is to become of a case."""

    way: Literal["back", "value", "myself", "leave"] = Field(
        description="`back` to the robot as it is, or with the right `value`; done by oneself (`myself`); or left out "
        "(`leave`)."
    )
    values: dict[str, str] = Field(default_factory=dict, description="The right values, by the name of the field.")
    note: str = Field(default="", max_length=1000, description="For the record, without patients' details.")


class Decided(Told):
    """Whether a decision was carried out; false where somebody was quicker."""

    changed: bool


class Work(Told):
    """A work that the robot does."""

    name: str
    title: str
    version: str
    inputs: dict[str, list[str]] = Field(description="The headings of each input.")
    input_titles: dict[str, str] = Field(description="What people call each input.")
    params: dict[str, Any] = Field(description="The JSON schema of its parameters.")
    needs_approval: bool
    paused: bool
    why: str | None = Field(description="Who paused it, and why.")


class Works(Told):
    """All works."""

    workflows: list[Work]


class Known(Told):
    """What somebody has noted of a cause."""

    text: str
    link: str
    noted_at: datetime
    noted_by: str


class Cause(Told):
    """A cause that holds up rows."""

    workflow: str
    failure: str
    code: str
    items: int
    jobs: int
    first_at: datetime
    last_at: datetime
    what_happened: str
    how_to_fix: str
    known: Known | None


class Causes(Told):
    """Causes, what holds up most rows first."""

    problems: list[Cause]


class RetryAll(Sent):
    """All rows of a cause that are to be tried again."""

    workflow: str = Field(min_length=1, max_length=100)
    failure: Literal["business", "system", "in_doubt"]
    code: str = Field(min_length=1, max_length=64)
    why: str = Field(min_length=1, max_length=1000)
    also_doubtful: bool = Field(
        default=False, description="Somebody has looked in the system, where writes are in doubt."
    )


class RetryOfJob(Sent):
    """The rows of a job that are to be tried again."""

    why: str = Field(min_length=1, max_length=1000)
    also_doubtful: bool = Field(
        default=False, description="Also rows whose writes are in doubt: somebody has looked in the system."
    )


class Retried(Told):
    """How many rows are back in the queue, and which could not be put there."""

    done: int
    refused: list[int]


class SystemTold(Told):
    """A target system."""

    name: str
    open: bool
    why: str | None
    faults: int
    sessions: int
    max_sessions: int | None


class SystemList(Told):
    """All registered systems."""

    systems: list[SystemTold]


class Worker(Told):
    """A worker or one of its slots."""

    id: str
    host: str
    pid: int
    slot: int | None
    item_id: int | None
    job_id: int | None
    seen_at: datetime | None
    is_gone: bool


class WorkerList(Told):
    """Who works."""

    workers: list[Worker]


class Plan(Told):
    """A plan; without a decision it waits for one."""

    job_id: int
    workflow: str
    requested_by: str
    submitted_at: datetime
    changes: int
    items: int
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


class PlanInFull(Plan):
    """A plan with what a decision needs."""

    digest: str = Field(description="What a decision about this plan bears: it is for exactly these changes.")
    until: datetime | None
    carried_out_by: list[int]
    compared_by: int | None = Field(description="The job that compared it last with the system.")
    comparing: bool = Field(description="Whether that job is still under way.")


class PlanPage(Told):
    """Plans, newest first."""

    plans: list[Plan]
    next: str | None


class Change(Told):
    """What a plan would change, from what to what; whose it is stands there by its last characters."""

    case: int
    whose: str
    what: str
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    since: Since = Field(
        description="What the last comparison found; `unknown` if there was none, or it could not tell."
    )
    now: dict[str, Any] = Field(description="The fields that are otherwise than when it was planned.")


class ChangePage(Told):
    """Changes in the order in which they were planned."""

    changes: list[Change]
    next: str | None


class Approving(Sent):
    """A decision that lets a plan be carried out."""

    digest: str = Field(max_length=200, description="The plan's digest, as it was when it was looked at.")
    passphrase: Annotated[str, StringConstraints(strip_whitespace=False, max_length=1000)] = Field(
        description="The approver's own; the token alone decides about nothing."
    )


class Refusing(Approving):
    """A decision that a plan is never carried out."""

    why: str = Field(min_length=1, max_length=1000)


class Applying(Sent):
    """How much of an approved plan is carried out."""

    rest: bool = Field(default=False, description="What is left after its first items.")


class Reversing(Sent):
    """A plan that would put a job back."""

    why: str = Field(min_length=1, max_length=1000)
    again: bool = False
