"""Kept files (workbooks, screenshots) under their SHA-256, so that a file can't be changed without its name telling."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from sqlalchemy import insert, select

from rpa.audit import Event, Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import evidence
from rpa.exceptions import NotFoundError, RecordError
from rpa.models import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kept file."""

    digest: str
    kind: str
    media_type: str
    name: str
    size: int
    item_id: int | None
    kept_at: datetime


class EvidenceStore:
    """A folder of files named by what is in them, with a row and an event of the record for each."""

    def __init__(self, folder: Path, database: Database, record: Record, *, clock: Clock) -> None:
        self._folder = folder
        self._database = database
        self._record = record
        self._clock = clock

    def store(self, content: bytes) -> str:
        """Put a file in the folder, durably and whole, and return its SHA-256; the same content is kept once."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            _write_whole(path, content)
        return digest

    def keep(self, content: bytes, *, kind: str, name: str, job_id: int, item_id: int | None = None) -> str:
        """Store a file as evidence of a job or of one of its items; return its SHA-256."""
        digest = self.store(content)
        row = {"digest": digest, "kind": kind, "media_type": guess_type(name)[0] or "application/octet-stream",
               "name": name, "size": len(content), "job_id": job_id, "item_id": item_id}  # fmt: skip
        by = Actor(ActorKind.LIBRARY, "rpa")
        facts = {"kind": kind, "sha256": digest, "size": len(content)}
        with self._database.transaction() as connection:
            connection.execute(insert(evidence).values(**row, kept_at=self._clock.now()))
            self._record.append(connection, f"job-{job_id}", Event("evidence.kept", by, item_id, facts=facts))
        return digest

    def read(self, digest: str) -> bytes:
        """Return a kept file, once it is shown to be what was kept.

        Raises:
            NotFoundError: It isn't there.
            RecordError: It was changed since.
        """
        path = self._path(digest)
        if not path.is_file():
            raise NotFoundError(f"there is no kept file {digest}")
        content = path.read_bytes()
        if sha256(content).hexdigest() != digest:
            raise RecordError(f"the kept file {digest} has been changed since it was kept; don't rely on it")
        return content

    def remove(self, digest: str) -> None:
        """Delete a kept file; one that is not there does no harm."""
        self._path(digest).unlink(missing_ok=True)

    def of_job(self, job_id: int) -> Iterator[Evidence]:
        """Yield what was kept for a job, oldest first."""
        rows = select(evidence).where(evidence.c.job_id == job_id).order_by(evidence.c.id)
        with self._database.reading() as connection:
            for row in connection.execute(rows).all():
                yield Evidence(row.digest, row.kind, row.media_type, row.name, row.size, row.item_id, row.kept_at)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


@dataclass(frozen=True, slots=True)
class Attachments:
    """Keeps files for one item."""

    store: EvidenceStore
    job_id: int
    item_id: int

    def keep(self, content: bytes, *, kind: str, name: str) -> str:
        """Keep a file as evidence of the item and return its SHA-256."""
        return self.store.keep(content, kind=kind, name=name, job_id=self.job_id, item_id=self.item_id)


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
