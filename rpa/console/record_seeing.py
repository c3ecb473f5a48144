"""Seeing the record: who looks is recorded first, details are for a reason alone, and what can't be read is said."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from rpa.audit import Event, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.console.visit import Visit
from rpa.exceptions import RecordElsewhere, RecordError
from rpa.logs import scrubbed

_NO_REASON = "Enter why you need to see them"


def note_reading(visit: Visit, facts: Mapping[str, Any], *, subject: str | None = None, why: str | None = None) -> None:
    """Record who read what, and why if he saw patients' details, before anything is shown."""
    told = Event("record.read", visit.person.actor, subject=subject, facts={"what": "record", **facts},
                 payload=own_words(why))  # fmt: skip
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, SYSTEM_RUN, told)


def opened(visit: Visit) -> tuple[bool, dict[str, str]]:
    """Return whether details are to be shown, and what is missing for it: they are for a reason alone."""
    wanted, why = visit.text("show") == "yes", visit.text("why")
    return wanted and bool(why), {"why": _NO_REASON} if wanted and not why else {}


def telling(handler: Callable[[Visit], Response]) -> Callable[[Visit], Response]:
    """Let a page say so when an entry was altered, or lies in a file that is not there."""

    def told(visit: Visit) -> Response:
        try:
            return handler(visit)
        except RecordError as error:
            is_elsewhere = isinstance(error, RecordElsewhere)
            return visit.show("record_broken.html", status=409, text=scrubbed(str(error)), is_elsewhere=is_elsewhere)

    return told
