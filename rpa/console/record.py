"""The record: what was done, by whom and for whom, as an auditor looks for it; nothing here changes anything."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from rpa.answers.phrases import KINDS
from rpa.answers.postings import Postings
from rpa.answers.search import Found, find
from rpa.audit import Entry, Trail
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.record_asked import Asked, asked_in_address, asked_in_form, field_at_fault, one_of_two, sought_of
from rpa.console.record_checks import state_of
from rpa.console.record_lines import lines_of
from rpa.console.record_seeing import note_reading, opened, telling
from rpa.console.visit import Visit
from rpa.exceptions import UsageError

_MOST = 50


def ask(visit: Visit) -> Response:
    """Show the newest entries, or those that the address asks for."""
    return _shown(visit, asked_in_address(visit))


def look(visit: Visit) -> Response:
    """Show what a form asks for, which stands in no address: words, a reference, an NHS number, or hidden details."""
    asked = asked_in_form(visit)
    if visit.text("by") == "patient" or visit.text("reference") or visit.text("nhs-number"):
        return _of_patient(visit, asked)
    return _shown(visit, asked)


def _shown(visit: Visit, asked: Asked) -> Response:
    """Show a page of entries, with their details where there is a reason."""
    sought, errors = sought_of(visit, asked)
    is_open, wrong = opened(visit)
    errors |= wrong
    is_ready = Postings(visit.desk.database, visit.desk.clock).catch_up()
    found = (
        Found((), "", None) if errors.keys() - wrong.keys() else find(visit.desk.database, sought, after=asked.after)
    )
    why = visit.text("why") if is_open else None
    note_reading(visit, {"by": _sought_by(asked), "count": len(found.entries), "personal": is_open}, why=why)
    return visit.show(
        "record.html", status=422 if errors else 200, errors=errors, asked=asked, kinds=KINDS, is_open=is_open,
        workflows=sorted(visit.desk.workflows, key=lambda one: one.options.title), is_ready=is_ready, found=found,
        lines=lines_of(visit.desk.views, found.entries, is_open=is_open), state=state_of(visit),
    )  # fmt: skip


def _of_patient(visit: Visit, asked: Asked) -> Response:
    """Show what the record says of a reference or an NHS number."""
    reference, number = visit.text("reference"), visit.text("nhs-number")
    given: dict[str, Any] = {"reference": reference, "number": number, "asked": asked, "kinds": KINDS}
    try:
        subject = visit.desk.pseudonyms.of(one_of_two(reference, number))
    except UsageError as error:
        return visit.show(
            "record_patient.html", status=422, errors={field_at_fault(reference, number): str(error)}, **given
        )
    is_open, errors = opened(visit)
    entries, following = _page_of(
        Trail(visit.desk.database).of_items(visit.desk.views.items_of_subject(subject)), asked
    )
    facts = {"by": "reference" if reference else "NHS number", "count": len(entries), "personal": is_open}
    note_reading(visit, facts, subject=subject, why=visit.text("why") if is_open else None)
    return visit.show(
        "record_patient.html", status=422 if errors else 200, errors=errors, is_open=is_open, following=following,
        lines=lines_of(visit.desk.views, entries, is_open=is_open), **given,
    )  # fmt: skip


def _page_of(entries: Sequence[Entry], asked: Asked) -> tuple[Sequence[Entry], str]:
    """Return a page of what one patient's items went through, oldest first, and where the next begins."""
    start = int(asked.after) if asked.after.isascii() and asked.after.isdigit() and len(asked.after) < 10 else 0
    some = entries[start : start + _MOST]
    return some, str(start + _MOST) if len(entries) > start + _MOST else ""


def _sought_by(asked: Asked) -> str:
    """Return what was looked for in words that name nobody."""
    return ", ".join(name for name in asked.hidden) or "everything"


PAGES: Mapping[str, Page] = {
    "/record": Page(telling(ask), telling(look), AUDITORS),
}
