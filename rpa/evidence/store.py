"""The store of kept files: each under the SHA-256 of its content, encrypted, with a row and an event of the record."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from sqlalchemy import Select, insert, select

from rpa.audit import Event, Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import evidence
from rpa.evidence.keys import EvidenceKeys
from rpa.evidence.sealed import decrypted, encrypted, pieces
from rpa.exceptions import NotFoundError, RecordError
from rpa.models import Actor, ActorKind

_SUFFIX = ".sealed"


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
    job_id: int | None = None


class EvidenceStore:
    """A folder of encrypted files, with a row and an event of the record for each.

    The record holds the SHA-256 of a content. The file's name is made from that with a key, so that nobody who sees the
    folder can tell whether some content is in it. Files of earlier versions, which were not encrypted and bear the
    SHA-256 itself, are still read, and are encrypted when the same content is stored again.
    """

    def __init__(self, folder: Path, database: Database, record: Record, *, clock: Clock, keys: EvidenceKeys) -> None:
        self.keys = keys
        self._folder = folder
        self._database = database
        self._record = record
        self._clock = clock

    def store(self, content: bytes | IO[bytes]) -> str:
        """Put a file in the folder, durably and whole, and return its SHA-256; the same content is kept once.

        Raises:
            EvidenceLocked: A key is missing; the first files have theirs made.
        """
        file = BytesIO(content) if isinstance(content, bytes) else content
        digest = _digest(file)
        make = not self._holds_files()
        path = self._path(digest, make=make)
        if not path.exists():
            file.seek(0)
            _write_whole(path, encrypted(file, digest, self.keys.newest(make=make)))
            self._plain(digest).unlink(missing_ok=True)
        return digest

    def keep(self, content: bytes, *, kind: str, name: str, job_id: int, item_id: int | None = None) -> str:
        """Store a file as evidence of a job or of one of its items; return its SHA-256."""
        digest = self.store(content)
        row = {"digest": digest, "kind": kind, "media_type": guess_type(name)[0] or "application/octet-stream",
               "name": name, "size": len(content), "job_id": job_id, "item_id": item_id}  # fmt: skip
        by = Actor(ActorKind.LIBRARY, "rpa")
        facts = {"kind": kind, "sha256": digest, "size": len(content)}
        with self._database.transaction() as connection:
            self._database.lock_input(connection, digest)
            self.store(content)  # once more, for it may have been removed just now, when nobody wanted it
            connection.execute(insert(evidence).values(**row, kept_at=self._clock.now()))
            self._record.append(connection, f"job-{job_id}", Event("evidence.kept", by, item_id, facts=facts))
        return digest

    def read(self, digest: str) -> bytes:
        """Return a kept file; raises as `write` does."""
        content = BytesIO()
        self.write(digest, content)
        return content.getvalue()

    def write(self, digest: str, target: IO[bytes]) -> None:
        """Write a kept file somewhere; only when this returns it is shown to be what was kept.

        Raises:
            NotFoundError: It isn't there.
            EvidenceLocked: Its key is missing, or is another than it was encrypted with.
            RecordError: It was changed since.
        """
        made = sha256()
        for piece in self._pieces(digest):
            made.update(piece)
            target.write(piece)
        if made.hexdigest() != digest:
            raise RecordError(f"the kept file {digest} has been changed since it was kept; don't rely on it")

    def of_job(self, job_id: int) -> Iterator[Evidence]:
        """Yield what was kept for a job, oldest first."""
        yield from self._listed(select(evidence).where(evidence.c.job_id == job_id))

    def of_item(self, item_id: int) -> Iterator[Evidence]:
        """Yield what was kept for an item, oldest first."""
        yield from self._listed(select(evidence).where(evidence.c.item_id == item_id))

    def named(self, digest: str) -> Iterator[Evidence]:
        """Yield what a file was kept for, oldest first; the first digits of its SHA-256 will do."""
        begin = digest.lower()
        # Between two bounds an index finds it, and the letter after the last digit there is bounds what begins so.
        near = (evidence.c.digest >= begin) & (evidence.c.digest < f"{begin}g")
        yield from self._listed(select(evidence).where(near, evidence.c.digest.startswith(begin, autoescape=True)))

    def missing(self) -> Iterator[Evidence]:
        """Yield what was kept and is not there any more; each file is looked for, none is opened.

        Raises:
            EvidenceLocked: A key is missing without which no file is found.
        """
        seen: dict[str, bool] = {}
        for one in self._listed(select(evidence)):
            if one.digest not in seen:
                seen[one.digest] = self._is_there(one.digest)
            if not seen[one.digest]:
                yield one

    def remove(self, digest: str) -> None:
        """Delete a kept file; one that is not there does no harm."""
        self._plain(digest).unlink(missing_ok=True)
        if self._holds_files():
            self._path(digest, make=False).unlink(missing_ok=True)

    def _listed(self, wanted: Select[Any]) -> Iterator[Evidence]:
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(evidence.c.id)).all()
        for row in rows:
            yield Evidence(row.digest, row.kind, row.media_type, row.name, row.size, row.item_id, row.kept_at,
                           job_id=row.job_id)  # fmt: skip

    def _is_there(self, digest: str) -> bool:
        return self._plain(digest).is_file() or (self._holds_files() and self._path(digest, make=False).is_file())

    def _pieces(self, digest: str) -> Iterator[bytes]:
        plain, path = self._plain(digest), self._path(digest, make=False) if self._holds_files() else None
        if plain.is_file():
            with plain.open("rb") as file:
                yield from pieces(file)
        elif path is not None and path.is_file():
            with path.open("rb") as file:
                yield from decrypted(file, digest, self.keys)
        else:
            raise NotFoundError(f"there is no kept file {digest}")

    def _holds_files(self) -> bool:
        """Whether there are encrypted files: a key that is missing then was lost, and a new one would open none."""
        return next(self._folder.glob(f"*/*{_SUFFIX}"), None) is not None

    def _path(self, digest: str, *, make: bool) -> Path:
        name = self.keys.name_of(digest, make=make)
        return self._folder / name[:2] / f"{name}{_SUFFIX}"

    def _plain(self, digest: str) -> Path:
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


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    made = sha256()
    for piece in pieces(file):
        made.update(piece)
    return made.hexdigest()


def _write_whole(path: Path, content: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")  # another thread may write the same content now
    try:
        with part.open("wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:  # the disk is full
        part.unlink(missing_ok=True)
        raise
