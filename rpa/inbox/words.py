"""What a note in the outbox says: what was found, what was expected, what to do."""

from collections.abc import Sequence
from datetime import datetime

from rpa.alarms import wall_time
from rpa.inbox.arrivals import Arrival
from rpa.inbox.names import AGAIN
from rpa.models import Job

REFUSED = " - refused.txt"
"""How the name of such a note ends, after the name of the file."""
NO_RESULTS = " - no results.txt"
"""How the name of a note ends that lies in the place of results."""
NO_SENDER = (
    "nobody can tell who put this here, expected a file whose owner this machine knows; "
    "name who puts files into this folder under senders in [inbox] of rpa.toml"
)
CHANGED = "the file was still being written to when it was taken: wait until it is saved, and put it here again"
CLOSED = "the file can't be opened for reading: close it elsewhere or give the worker's account leave to read it"
GONE = "it is no longer there: somebody removed it after it was taken"
OUR_SIDE = (
    "something went wrong on our side each time it was read; tell the digital team, who find more in the log, "
    "and keep the file"
)


TOGETHER = "files that belong together go into one new folder inside the workflow's own"


def handed_in_before(job: Job) -> str:
    """Say that the same bytes made a job before."""
    return (
        f"these same files were handed in before, {wall_time(job.submitted_at)}, as job {job.id}; nothing was added. "
        f"To do them once more, put them into the folder {AGAIN!r} inside the folder {job.workflow!r} of the drop "
        "folder"
    )


def misplaced(workflows: Sequence[str]) -> bytes:
    """Return the note that lies where nobody takes anything; lines end as Windows wants them."""
    lines = (
        "What lies in this folder is not taken: no robot looks here.",
        "",
        "Put it into the folder of its workflow, which is one of these folders of the drop folder:",
        "",
        *(f"    {one}" for one in workflows),
        "",
        "If none of them is right, ask the digital team. This note goes away by itself once nothing lies here.",
    )
    return "\r\n".join((*lines, "")).encode("utf-8-sig")


def changed_later(job_id: int) -> str:
    """Say that a file was written to after it was read."""
    return (
        f"the file was changed after it was taken as job {job_id}; that job does what the file held before. "
        "If the change matters, hand it in once more"
    )


def note(arrival: Arrival, name: str, *, why: str, at: datetime, is_there: bool) -> bytes:
    """Return the note that lies beside a file that came back, `name`; lines end as Windows wants them."""
    lines = (
        f"{name} was not taken for {arrival.workflow}.",
        "",
        f"Why: {why}.",
        "",
        f"Put right what it says, and put it into the folder {arrival.workflow} of the drop folder again.",
        *(["What you handed in lies beside this note, as it was."] if is_there else []),
        "",
        f"Looked at {wall_time(at)}; arrival {arrival.id}.",
    )
    return "\r\n".join((*lines, "")).encode("utf-8-sig")


def no_results(job_id: int, said: str) -> bytes:
    """Return the note that lies in the place of results that can't be written."""
    lines = (
        f"Job {job_id} is done, and its results can't be written here.",
        "",
        f"Why: {said}.",
        "",
        f"Nothing is lost. The digital team gets them with: rpa results {job_id}",
    )
    return "\r\n".join((*lines, "")).encode("utf-8-sig")
