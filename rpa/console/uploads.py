"""Files that were sent and looked at, until they are started: encrypted like all kept files, and gone after a day."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import IO

from sqlalchemy import Connection, delete, insert, select, update

from rpa.clock import Clock
from rpa.console.people import Person
from rpa.db import Database
from rpa.db.console_tables import upload
from rpa.evidence import EvidenceStore
from rpa.exceptions import NotFoundError, SameInput

RETURNED = "returned"
"""Stands for an input where a results workbook comes back, which is one file whatever the work takes."""
_KEPT = timedelta(days=1)
_MOST = 20
"""Uploads of one person that wait to be started; an older one gives way, so that nobody fills the disk."""
_LONGEST_NAME = 150
"""In bytes, as file systems count."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Files of one person for one workflow: name and SHA-256 of each, by input."""

    id: int
    person_id: int
    workflow: str
    files: Mapping[str, Sequence[str]]
    job_id: int | None


class Uploads:
    """Keeps what was sent."""

    def __init__(self, database: Database, evidence: EvidenceStore, clock: Clock) -> None:
        self._database = database
        self._evidence = evidence
        self._clock = clock

    def keep(self, whose: Person, workflow: str, files: Mapping[str, tuple[str, bytes | IO[bytes]]]) -> int:
        """Keep files under their inputs, and return the number they are found by."""
        contents = {name: content for name, (_, content) in files.items()}
        named = {name: (_plain_name(file), self._evidence.store(content)) for name, (file, content) in files.items()}
        values = {"person_id": whose.id, "workflow": workflow, "files": named, "made_at": self._clock.now()}
        with self._database.transaction() as connection:
            self._lock(connection, [digest for _, digest in named.values()])
            for content in contents.values():
                self._evidence.store(content)  # once more, for it may have been removed just now
            made = int(connection.execute(insert(upload).values(**values).returning(upload.c.id)).scalar_one())
        self.tidy()
        self._give_way(whose)
        return made

    def get(self, upload_id: int, whose: Person) -> Upload:
        """Return what a person has sent.

        Raises:
            NotFoundError: He has not, or it is gone by now.
        """
        mine = (upload.c.id == upload_id) & (upload.c.person_id == whose.id)
        with self._database.reading() as connection:
            row = connection.execute(select(upload).where(mine)).first()
        if row is None:
            raise NotFoundError(f"there are no files of number {upload_id}")
        return Upload(row.id, row.person_id, row.workflow, row.files, row.job_id)

    @contextmanager
    def opened(self, one: Upload) -> Iterator[list[str]]:
        """Yield the files as `Desk.submit` takes them, for as long as they are read."""
        with TemporaryDirectory() as folder:
            paths = []
            for number, (name, (file, digest)) in enumerate(one.files.items()):
                path = Path(folder) / str(number) / file
                path.parent.mkdir()
                with path.open("wb") as target:
                    self._evidence.write(digest, target)
                paths.append(str(path) if len(one.files) == 1 else f"{name}={path}")
            yield paths

    def link(self, one: Upload, connection: Connection, job_id: int) -> None:
        """Note, in the transaction that makes it, which job the files became.

        Raises:
            SameInput: They have become one in this very moment.
        """
        mine = upload.c.id == one.id
        if not connection.execute(update(upload).where(mine, upload.c.job_id.is_(None)).values(job_id=job_id)).rowcount:
            before = connection.execute(select(upload.c.job_id).where(mine)).scalar()
            if before is not None:
                raise SameInput(before)

    def tidy(self) -> None:
        """Remove what nobody has started within a day; what became a job is the job's."""
        old = upload.c.made_at < self._clock.now() - _KEPT
        with self._database.reading() as connection:
            rows = connection.execute(select(upload.c.id, upload.c.files, upload.c.job_id).where(old)).all()
        for row in rows:
            if row.job_id is not None:
                self._complete(row.job_id, row.files)
            self._remove(row.id, [digest for _, digest in row.files.values()])

    def _give_way(self, whose: Person) -> None:
        waiting = (upload.c.person_id == whose.id) & upload.c.job_id.is_(None)
        oldest = select(upload.c.id, upload.c.files).where(waiting).order_by(upload.c.id.desc()).offset(_MOST)
        with self._database.reading() as connection:
            rows = connection.execute(oldest.limit(_MOST)).all()
        for row in rows:
            self._remove(row.id, [digest for _, digest in row.files.values()])

    def _complete(self, job_id: int, files: Mapping[str, Sequence[str]]) -> None:
        """Let a job have what it was made of, also if the console was killed when it had just been made."""
        for file, digest in files.values():
            if next(self._evidence.named(digest), None) is None:
                with suppress(NotFoundError):
                    self._evidence.keep(self._evidence.read(digest), kind="input", name=file, job_id=job_id)

    def _remove(self, upload_id: int, digests: Sequence[str]) -> None:
        with self._database.transaction() as connection:
            self._lock(connection, digests)
            connection.execute(delete(upload).where(upload.c.id == upload_id))
            others = {digest for row in connection.execute(select(upload.c.files)) for _, digest in row.files.values()}
            for digest in set(digests) - others:
                if next(self._evidence.named(digest), None) is None:
                    self._evidence.remove(digest)

    def _lock(self, connection: Connection, digests: Sequence[str]) -> None:
        for digest in sorted(digests):
            self._database.lock_input(connection, digest)


def _plain_name(file: str) -> str:
    """Return a file's name alone, which can lead to no other folder, whatever the browser's system."""
    name = PurePosixPath(PureWindowsPath(file).name).name.strip().lstrip(".")
    plain = "".join(one if one.isalnum() or one in " .-_()" else "_" for one in name)
    stem, dot, suffix = plain.rpartition(".")
    return f"{_cut(stem)}{dot}{suffix[:10]}" if dot else _cut(plain) or "file"


def _cut(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
