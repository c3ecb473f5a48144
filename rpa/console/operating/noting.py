"""What the digital team knows of a cause: noted on a page of its own, and shown to everybody until it is cleared."""

from starlette.responses import Response

from rpa.console.operating.problems import cause_of, told_of
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.exceptions import UsageError


def ask_note(visit: Visit) -> Response:
    """Ask what is known of a cause."""
    found = visit.desk.cause_notes.of(cause_of(visit))
    return _asked(visit, {}, text=found.text if found else "", link=found.link if found else "")


def note(visit: Visit) -> Response:
    """Note it, or clear what was noted."""
    cause, notes, by = cause_of(visit), visit.desk.cause_notes, visit.person.actor
    address = visit.request.url.path.removesuffix("/note")
    if visit.text("what") == "clear":
        return visit.go(address, said="note-cleared" if notes.clear(cause, by=by) else "same")
    text, link = visit.text("note"), visit.text("link")
    if not text:
        return _asked(visit, {"note": "Enter what is known of it"}, text=text, link=link)
    try:
        notes.note(cause, text, link=link, by=by)
    except UsageError as error:
        return _asked(visit, {"link" if "link" in str(error) else "note": in_words(error)}, text=text, link=link)
    return visit.go(address, said="noted")


def _asked(visit: Visit, errors: dict[str, str], *, text: str, link: str) -> Response:
    return visit.show("note.html", status=422 if errors else 200, errors=errors, one=told_of(visit, cause_of(visit)),
                      text=text, link=link, known=visit.desk.cause_notes.of(cause_of(visit)))  # fmt: skip
