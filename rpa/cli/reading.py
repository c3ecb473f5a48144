"""Records that somebody looked at personal data: reading is an event of the record too."""

from typing import Any

from rpa.audit import Event
from rpa.desk import Desk
from rpa.models import Actor


def note_reading(desk: Desk, run: str, by: Actor, *, facts: dict[str, Any], name: str = "record.read",
                 subject: str | None = None, item_id: int | None = None) -> None:  # fmt: skip
    """Append who read what to a run; a patient is named by pseudonym only.

    It comes before anything is shown: what can't be recorded is not shown.
    """
    event = Event(name, by, item_id=item_id, subject=subject, facts=facts)
    with desk.database.transaction() as connection:
        desk.record.append(connection, run, event)
