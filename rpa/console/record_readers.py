"""Who read what: each time that somebody looked at the record, took something away or opened a kept file."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.answers.postings import Postings
from rpa.answers.readers import READ, reading_of
from rpa.answers.search import Found, Sought, find
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.record_asked import Asked, sought_of
from rpa.console.record_checks import state_of
from rpa.console.record_seeing import note_reading, telling
from rpa.console.visit import Visit


def readers(visit: Visit) -> Response:
    """List who read what, newest first."""
    asked = Asked(**{name: visit.asked(name) for name in ("person", "since", "until", "after")})
    sought, errors = sought_of(visit, asked)
    is_ready = Postings(visit.desk.database, visit.desk.clock).catch_up()
    mine = Sought(person=sought.person, names=READ, since=sought.since, until=sought.until)
    found = Found((), "", None) if errors else find(visit.desk.database, mine, after=asked.after)
    note_reading(visit, {"what": "readers", "count": len(found.entries)})
    return visit.show(
        "record_readers.html", status=422 if errors else 200, errors=errors, asked=asked, found=found,
        readings=[reading_of(one) for one in found.entries], is_ready=is_ready, state=state_of(visit),
    )  # fmt: skip


PAGES: Mapping[str, Page] = {"/record/readers": Page(telling(readers), roles=AUDITORS)}
