"""Finds what entries say: in the database, or in the file of a year that was moved out of it.

Of an entry that was moved, everything but its body stays in the database: its place, its hash and that of the entry
before it, so chains, roots and seals are checked without the file as well. Only that the body fits its hash needs it.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from rpa.audit.findings import stored
from rpa.db.engine import ARCHIVES
from rpa.db.tables import event
from rpa.db.yearfiles import YearFile, path_of
from rpa.exceptions import RecordElsewhere

ARCHIVED = "record.archived"
STAY = frozenset({"log.opened", "key.rotated", "key.replaced", "payload.erased", ARCHIVED})
"""Entries that tell of the record itself: nothing can be checked without them, so their bodies are never moved."""
MOVED = b""
"""What stands in the place of a body that was moved: no entry has a hash that fits it."""


class Bodies:
    """What entries say, for as long as one connection is used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, row: Any) -> bytes:
        """Return what the entry says that a row is of.

        Raises:
            RecordElsewhere: It was moved, and the file is not there.
        """
        found = self.filled_one(row)
        if found == MOVED:
            missing = ", ".join(path_of(Path(), year).name for year in self.absent) or "a file of its year"
            raise RecordElsewhere(
                f"entry {row.seq:,} of {row.run.replace('-', ' ')} was moved to {missing}, which is not in the folder "
                f"{str(self._folder)!r}; bring the file back there"
            )
        return found

    def find(self, run: str, seq: int) -> bytes | None:
        """Return what an entry says that was moved; None if no file has it."""
        return next((body for one in self._files.values() if (body := one.body(run, seq)) is not None), None)

    def filled_one(self, row: Any) -> bytes:
        """Return what the entry says that a row is of; `MOVED` if it was moved and no file has it."""
        body = stored(row.body)
        return body if body != MOVED else self.find(row.run, row.seq) or MOVED

    def may_be_moved(self, name: str) -> bool:
        """Return whether an entry of that name can be in a file that is not there."""
        return bool(self.absent) and name not in STAY

    def filled(self, page: list[tuple[Any, ...]], *, run: int, seq: int, body: int) -> list[tuple[Any, ...]]:
        """Return rows with the bodies that were moved, as far as there are files; the numbers are those of columns."""
        if not self.moved:
            return page
        return [
            row if row[body] != MOVED else (*row[:body], self.find(row[run], row[seq]) or MOVED, *row[body + 1 :])
            for row in page
        ]

    @cached_property
    def absent(self) -> tuple[int, ...]:
        """The years that were moved and whose files are not there."""
        return tuple(sorted({year for year, _ in self.moved} - self._files.keys()))

    @cached_property
    def moved(self) -> tuple[tuple[int, str], ...]:
        """The years that were moved, each with the SHA-256 of its file, in the order in which they were told of."""
        told = select(event.c.body).where(event.c.name == ARCHIVED, event.c.item_id.is_(None))
        return tuple(
            one
            for body in self._connection.execute(told.order_by(event.c.seq)).scalars()
            if (one := _told(body)) is not None
        )

    @cached_property
    def _files(self) -> dict[int, YearFile]:
        years = {year for year, _ in self.moved}
        return {year: YearFile(path) for year in years if (path := path_of(self._folder, year)).is_file()}

    @property
    def _folder(self) -> Path:
        return Path(self._connection.get_execution_options().get(ARCHIVES) or "archives")


def _told(body: object) -> tuple[int, str] | None:
    try:
        facts = orjson.loads(stored(body))["facts"]
        return int(facts["year"]), str(facts["sha256"])
    except (ValueError, TypeError, KeyError):  # it was changed, which the check of the record says
        return None
