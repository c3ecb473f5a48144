"""The story of one reference or one patient: who asked for what, what was done, and what came of it, in sentences."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from rpa.answers.story import as_it_is, story_of
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.record_asked import field_at_fault, one_of_two
from rpa.console.record_checks import state_of
from rpa.console.record_lines import hidden
from rpa.console.record_seeing import note_reading, opened, telling
from rpa.console.visit import Visit
from rpa.exceptions import UsageError

LINES = 100
"""Lines of one page; it begins with the newest."""


def ask(visit: Visit) -> Response:
    """Ask whose story is to be told."""
    return visit.show("record_story.html")


def tell(visit: Visit) -> Response:
    """Tell it; patients' details for a reason that is recorded."""
    reference, number = visit.text("reference"), visit.text("nhs-number")
    given: dict[str, Any] = {"reference": reference, "number": number}
    try:
        subject = visit.desk.pseudonyms.of(one_of_two(reference, number))
    except UsageError as error:
        return visit.show(
            "record_story.html", status=422, errors={field_at_fault(reference, number): str(error)}, **given
        )
    is_open, errors = opened(visit)
    items = visit.desk.views.items_of_subject(subject)
    told = story_of(visit.desk, items, shown=as_it_is if is_open else hidden)
    newer = _newer(visit, len(told.lines))
    end = len(told.lines) - newer * LINES
    lines = told.lines[max(end - LINES, 0) : end]
    facts = {"what": "story", "by": "reference" if reference else "NHS number", "count": len(lines),
             "personal": is_open}  # fmt: skip
    note_reading(visit, facts, subject=subject, why=visit.text("why") if is_open else None)
    titles = {one.name: one.options.title for one in visit.desk.workflows}
    return visit.show(
        "record_story.html", status=422 if errors else 200, errors=errors, told=told, lines=lines,
        first=max(end - LINES, 0) + 1, newer=newer, is_open=is_open, why=visit.text("why"), titles=titles,
        state=state_of(visit), **given,
    )  # fmt: skip


def _newer(visit: Visit, lines: int) -> int:
    """Return how many pages before the newest one are asked for; there is always one to show."""
    asked = visit.text("newer")
    last = max(lines - 1, 0) // LINES
    return min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0


PAGES: Mapping[str, Page] = {"/record/story": Page(ask, telling(tell), AUDITORS)}
