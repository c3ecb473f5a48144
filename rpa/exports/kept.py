"""Files of entries that were taken out, for as long as they can be fetched again: encrypted like all kept files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from rpa.clock import Clock
from rpa.db import Database
from rpa.db.audit_tables import record_export
from rpa.evidence import EvidenceStore
from rpa.exceptions import NotFoundError

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that can be fetched."""

    digest: str
    name: str
    until: datetime


class KeptExports:
    """Keeps the files, and removes them after a week; the record tells of them for ever."""

    def __init__(self, database: Database, evidence: EvidenceStore, clock: Clock) -> None:
        self._database = database
        self._evidence = evidence
        self._clock = clock

    def keep(self, path: Path) -> str:
        """Keep a file under its name, and return its SHA-256; the very same content is one file."""
        content, now = path.read_bytes(), self._clock.now()
        digest = sha256(content).hexdigest()
        with self._database.transaction() as connection:
            self._database.lock_input(connection, digest)
            self._evidence.store(content)
            connection.execute(delete(record_export).where(record_export.c.digest == digest))
            connection.execute(insert(record_export).values(digest=digest, name=path.name, made_at=now))
        self.tidy()
        return digest

    def among(self, digests: Collection[str]) -> dict[str, KeptFile]:
        """Return which of these files can still be fetched."""
        wanted = select(record_export).where(record_export.c.digest.in_(digests), self._is_kept())
        with self._database.reading() as connection:
            return {row.digest: _file(row) for row in connection.execute(wanted)}

    def read(self, digest: str) -> tuple[KeptFile, bytes]:
        """Return a file with its content.

        Raises:
            NotFoundError: It was removed, or never was there.
        """
        found = self.among([digest]).get(digest)
        if found is None:
            raise NotFoundError("there is no such file of entries any more; take them out anew")
        return found, self._evidence.read(digest)

    def tidy(self) -> None:
        """Remove what is over its time."""
        with self._database.reading() as connection:
            old = list(connection.execute(select(record_export.c.digest).where(~self._is_kept())).scalars())
        for digest in old:
            with self._database.transaction() as connection:
                self._database.lock_input(connection, digest)
                connection.execute(delete(record_export).where(record_export.c.digest == digest))
                if next(self._evidence.named(digest), None) is None:  # else it is a kept file of a job as well
                    self._evidence.remove(digest)

    def _is_kept(self) -> Any:
        return record_export.c.made_at > self._clock.now() - KEPT


def _file(row: Any) -> KeptFile:
    return KeptFile(row.digest, row.name, row.made_at + KEPT)
