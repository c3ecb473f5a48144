"""What programs of auditors send and are sent."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from rpa.answers.phrases import KINDS
from rpa.console.api.models import Sent, Told


class RecordEntry(Told):
    """An entry of the record, without patients' details."""

    run: str
    seq: int
    at: datetime
    name: str
    who: str
    said: str
    hash: str


class RecordPage(Told):
    """The newest entries of a job, oldest first; `next` leads to older ones."""

    entries: list[RecordEntry]
    next: str | None


def _known(kind: str) -> str:
    if kind and kind not in KINDS:
        raise ValueError(f"there is no such kind of entries, expected one of {', '.join(KINDS)}")
    return kind


_Kind = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": ["", *KINDS]})]


class RecordSought(Sent):
    """Which entries are looked for; what is left out does not matter. It stands in no address: it may name somebody."""

    person: str = Field(default="", max_length=200, description="Who did it: the whole name, however it is spelt.")
    words: str = Field(default="", max_length=200, description="With all these words in what is told of it.")
    kind: _Kind = Field(default="", description="What happened.")
    since: str = Field(default="", max_length=40, description="From this day or time on, such as 2026-11-23.")
    until: str = Field(default="", max_length=40, description="Up to this day or time, which belongs to it.")
    workflow: str = Field(default="", max_length=100, description="Of the jobs of this workflow.")
    job: int | None = Field(default=None, ge=1, lt=1 << 62, description="Of this job.")
    after: str = Field(default="", max_length=200, description="Where the page begins: `following` of the one before.")


class FoundPage(Told):
    """Entries that were found, newest first. A page may have none and the next one some, where they are rare."""

    entries: list[RecordEntry]
    following: str | None = Field(description="What `after` is for the next page; null where there is no more.")
    looked_back_to: datetime | None = Field(description="The oldest entry that was looked at.")


class RecordCheck(Told):
    """A check of the whole record, and what it found; without a result it is under way."""

    id: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    looked_at: int
    entries: int
    result: str | None = Field(description="`whole`, `unproved`, `broken`, or `failed` where it came to no end.")
    said: list[str]


class RecordChecks(Told):
    """The last checks, newest first."""

    checks: list[RecordCheck]
