"""The state of the record of one job, in a sentence and as the hash that stands for it."""

from dataclasses import dataclass

from rpa.audit import Trail, verify_run
from rpa.db import Database


@dataclass(frozen=True, slots=True)
class RecordState:
    """What a check of a job's run found."""

    sound: bool
    entries: int
    head: str
    sentence: str


def state_of_record(database: Database, run: str) -> RecordState:
    """Check the run of a job and return what was found."""
    checked = verify_run(database, run)
    head = Trail(database).head(run) or ""
    if checked.clean:
        sentence = f"The record is whole: all {checked.events:,} entries of this job are as they were written."
        return RecordState(True, checked.events, head, sentence)
    return RecordState(False, checked.events, head, f"The record has been altered: {checked.findings[0]}.")
