"""Puts the results of completed jobs into the outbox, each once and whole."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError

from rpa.connectors.spreadsheet import return_suffix
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, RecordError, UsageError
from rpa.inbox import words
from rpa.inbox.arrivals import Arrival, Arrivals
from rpa.inbox.folders import Folders, free_name, put
from rpa.models import Job
from rpa.results import write_results
from rpa.results.lines import mark_in


class Returning:
    """Whichever worker sees first that a job is completed returns it, if it has the folder the job came from."""

    def __init__(self, desk: Desk, folders: Folders, arrivals: Arrivals) -> None:
        self._desk = desk
        self._folders = folders
        self._arrivals = arrivals

    def return_one(self) -> bool:
        """Return the results of one completed job, and say whether there was one."""
        for one in self._arrivals.to_return(self._folders.marks()):
            if one.job_id is not None and self._arrivals.hold(one):
                self._return(one, self._desk.views.job(one.job_id))
                return True
        return False

    def _return(self, one: Arrival, job: Job) -> None:
        stem = f"{Path(one.name).stem} - job {job.id}"
        with TemporaryDirectory() as folder:
            try:
                made = write_results(self._desk, job.id, Path(folder) / f"{stem}{self._suffix(job)}")
            except (UsageError, NotFoundError, RecordError) as error:  # no later round would do better
                made = Path(folder) / f"{stem}{words.NO_RESULTS}"
                made.write_bytes(words.no_results(job.id, str(error)))
            self._put(one, made)

    def _put(self, one: Arrival, made: Path) -> None:
        target = self._folders.out(one.workflow) / made.name
        content = made.read_bytes()
        is_there = _is_same(made, target)  # from one who died before it was noted
        if not is_there:
            target = free_name(target)
            put(content, target)
        try:
            digest = sha256(target.read_bytes() if is_there else content).hexdigest()
            self._arrivals.note_returned(one, sha256=digest)
        except BaseException:
            if not is_there and self._is_open_still(one):
                target.unlink()  # what can't be recorded is not handed out
            raise

    def _is_open_still(self, one: Arrival) -> bool:
        """Say whether it is known that the answer was not noted: only the answer to a commit may have been lost."""
        try:
            now = self._arrivals.at(one.place)
        except SQLAlchemyError:  # then the file stays, and whoever returns it the next time finds it there
            return False
        return now is not None and now.returned_at is None

    def _suffix(self, job: Job) -> str:
        workflow = self._desk.workflows.get(job.workflow)
        if workflow.reporter is not None or len(workflow.inputs) > 1:
            return ".xlsx"
        return return_suffix(Path(str(job.inputs[0]["file"])))


def _is_same(made: Path, target: Path) -> bool:
    """Return whether a file of that name is the very same answer: one that only differs in when it was made is."""
    if not target.is_file():
        return False
    mark = mark_in(made)
    return (bool(mark) and mark_in(target) == mark) or target.read_bytes() == made.read_bytes()
