"""What happens to a hand-in that has its end: it goes once its bytes are kept as evidence, or it comes back."""

import contextlib
from hashlib import sha256
from pathlib import Path

from rpa.clock import Clock
from rpa.evidence import EvidenceStore
from rpa.inbox import words
from rpa.inbox.arrivals import Arrival, Arrivals
from rpa.inbox.folders import Folders, clean_inside, content_of, digest_of, free_name, move, put
from rpa.inbox.settling import files_of

_KEPT = ".kept"
"""What a hand-in is called once its bytes are known to be kept; nothing that is handed in has such a name."""


class Clearing:
    """Empties the places of what was taken. Each step may be left at any point and is done again."""

    def __init__(self, folders: Folders, arrivals: Arrivals, evidence: EvidenceStore, clock: Clock) -> None:
        self._folders = folders
        self._arrivals = arrivals
        self._evidence = evidence
        self._clock = clock

    def clear(self, place: Path, one: Arrival) -> None:
        """Bring a place to its end, whatever of it was done before."""
        content = content_of(place)
        if one.refused is not None:
            if one.returned_at is None:
                self._put_back(content, one, why=one.refused)
                self._arrivals.note_returned(one, sha256=None)
        elif content is not None and one.job_id is not None:
            self._take_away(content, one, job_id=one.job_id)
        with contextlib.suppress(FileNotFoundError):  # a slower one who took over was here before
            place.rmdir()

    def _put_back(self, content: Path | None, one: Arrival, *, why: str) -> None:
        """Put a file into the outbox with a note beside it; the note comes first, so that no file is without one."""
        target = self._folders.out(one.workflow) / one.name
        if content is None and target.with_name(f"{target.name}{words.REFUSED}").exists():
            return  # from one who died before it was noted
        target = free_name(target)
        said = words.note(one, target.name, why=why, at=self._clock.now(), is_there=content is not None)
        put(said, target.with_name(f"{target.name}{words.REFUSED}"))
        if content is not None:
            clean_inside(content)
            move(content, target)

    def _take_away(self, content: Path, one: Arrival, *, job_id: int) -> None:
        """Remove what was read, once its very bytes are shown to be kept; patients' data does not pile up here."""
        files = files_of(content)
        if content.name != _KEPT:
            if digest_of(files) != one.digest:  # somebody wrote to it after it was read
                self._put_back(content, one, why=words.changed_later(job_id))
                return
            self._keep(files, job_id)
            content = content.rename(content.with_name(_KEPT))  # one move, so that a half removed folder is known
        self._remove(content, one)

    def _remove(self, content: Path, one: Arrival) -> None:
        for file in files_of(content):
            file.unlink()
        if content.is_dir():
            try:
                content.rmdir()
            except OSError:  # it held something that was not handed in: that goes back as it is
                move(content, free_name(self._folders.out(one.workflow) / one.name))

    def _keep(self, files: list[Path], job_id: int) -> None:
        contents = [(file.name, file.read_bytes()) for file in files]
        kept = [one.digest for one in self._evidence.of_job(job_id) if one.kind == "input"]
        for name, content in contents:
            if sha256(content).hexdigest() not in kept:  # who submitted it died before it was noted
                self._evidence.keep(content, kind="input", name=name, job_id=job_id)
            self._evidence.read(sha256(content).hexdigest())
