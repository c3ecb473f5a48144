"""What people know of a cause that holds rows up: a note, with a link, that is shown until somebody clears it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from rpa.audit import Event, Record, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import cause_note
from rpa.exceptions import UsageError
from rpa.lists import Cause
from rpa.models import Actor
from rpa.states import Failure

LONGEST = 500
"""Characters of a note or a link."""


@dataclass(frozen=True, slots=True)
class CauseNote:
    """What somebody knows of a cause, and where more about it stands."""

    text: str
    link: str
    """An address of the web; empty if there is none."""
    noted_at: datetime
    noted_by: str


class CauseNotes:
    """Which causes are known."""

    def __init__(self, database: Database, record: Record, now: Callable[[], datetime]) -> None:
        self._database = database
        self._record = record
        self._now = now

    def all(self) -> dict[Cause, CauseNote]:
        """Return the notes, by the cause that each is about."""
        with self._database.reading() as connection:
            rows = connection.execute(select(cause_note)).all()
        return {
            Cause(row.workflow, Failure(row.failure), row.code): CauseNote(row.note, row.link, row.noted_at,
                                                                           row.noted_by)
            for row in rows
        }  # fmt: skip

    def of(self, cause: Cause) -> CauseNote | None:
        """Return the note of a cause; None if nobody has noted anything."""
        with self._database.reading() as connection:
            row = connection.execute(select(cause_note).where(_is(cause))).one_or_none()
        return None if row is None else CauseNote(row.note, row.link, row.noted_at, row.noted_by)

    def note(self, cause: Cause, text: str, *, link: str = "", by: Actor) -> None:
        """Say what is known of a cause; it takes the place of what was said before.

        Raises:
            UsageError: The note is empty or too long, or the link is no address of the web.
        """
        if not 0 < len(text) <= LONGEST:
            raise UsageError(f"found a note of {len(text)} characters, expected 1 to {LONGEST}")
        if link and not (link.startswith(("https://", "http://")) and len(link) <= LONGEST):
            raise UsageError("expected a link that begins with https:// or http://")
        with self._database.transaction() as connection:
            self._database.lock_input(connection, f"cause {cause.workflow} {cause.failure} {cause.code}")
            connection.execute(delete(cause_note).where(_is(cause)))
            values = {"note": text, "link": link, "noted_at": self._now(), "noted_by": by.name}
            connection.execute(insert(cause_note).values(**_named(cause), **values))
            self._tell(connection, "cause.noted", cause, by=by, why=text)

    def clear(self, cause: Cause, *, by: Actor) -> bool:
        """Take the note of a cause away; False if there was none."""
        with self._database.transaction() as connection:
            if connection.execute(delete(cause_note).where(_is(cause))).rowcount != 1:
                return False
            self._tell(connection, "cause.cleared", cause, by=by)
        return True

    def _tell(self, connection: Connection, event: str, cause: Cause, *, by: Actor, why: str | None = None) -> None:
        told = Event(event, by, facts=_named(cause), payload=own_words(why))
        self._record.append(connection, SYSTEM_RUN, told)


def _named(cause: Cause) -> dict[str, object]:
    return {"workflow": cause.workflow, "failure": str(cause.failure), "code": cause.code}


def _is(cause: Cause) -> ColumnElement[bool]:
    named = (cause_note.c.failure == cause.failure) & (cause_note.c.code == cause.code)
    return (cause_note.c.workflow == cause.workflow) & named
