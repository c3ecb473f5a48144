"""The auditors' pages: what the record says of a job, a reference or a patient, and whether it is as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from rpa.answers.sentences import sentence, who
from rpa.audit import Entry, Event, Trail, own_words, verify
from rpa.audit.record import SYSTEM_RUN
from rpa.connectors.spreadsheet import NHSNumber
from rpa.console.veiling import veiled
from rpa.console.visit import Visit
from rpa.exceptions import UsageError
from rpa.sealing import known_of

MOST = 100
_MORE: Mapping[str, str] = {
    "job.submitted": "{who} sent the job: {rows_in} rows, for {workflow}.",
    "job.completed": "Nothing of the job waits any more.",
    "results.exported": "{who} fetched the results.",
}
"""What happens to a job as a whole, of which no case tells."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, as a line of a table."""

    at: datetime
    said: str
    run: str
    seq: int
    job: int | None


def ask(visit: Visit) -> Response:
    """Show the form; with a job in the address, what the record says of it."""
    given = visit.asked("job")
    if not given:
        return visit.show("record.html")
    job_id = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    before = visit.asked("before")
    run = visit.desk.views.job(job_id).run
    limit = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = Trail(visit.desk.database).last_of_run(run, limit=MOST + 1, before=limit)
    shown = found[-MOST:]
    _note(visit, {"by": "job", "job": job_id, "count": len(shown)})
    more = shown[0].seq if len(found) > MOST else None
    return visit.show("record.html", job=job_id, lines=_lines(shown), more=more)


def find(visit: Visit) -> Response:
    """Show what the record says of a reference or an NHS number, which stand in no address."""
    reference, number, why = visit.text("reference"), visit.text("nhs-number"), visit.text("why")
    sought: dict[str, Any] = {"reference": reference, "number": number}
    try:
        subject = visit.desk.pseudonyms.of(_sought(reference, number))
    except UsageError as error:
        return visit.show("record.html", status=422, errors={"reference": str(error)}, **sought)
    wanted = visit.text("show") == "yes"
    is_open = wanted and bool(why)
    entries = Trail(visit.desk.database).of_items(visit.desk.views.items_of_subject(subject))[-MOST:]
    facts = {"by": "reference" if reference else "NHS number", "count": len(entries), "personal": is_open}
    _note(visit, facts, subject=subject, why=why if is_open else None)
    errors = {"why": "Enter why you need to see them"} if wanted and not why else {}
    return visit.show("record.html", status=422 if errors else 200, errors=errors, is_open=is_open,
                      lines=_lines(entries, is_open=is_open), **sought)  # fmt: skip


def check(visit: Visit) -> Response:
    """Look at every entry and every seal, and say whether the record is as it was written."""
    checked = verify(visit.desk.database, against=known_of(visit.desk.settings))
    return visit.show("record.html", checked=checked)


def _sought(reference: str, number: str) -> str:
    if bool(reference) == bool(number):
        raise UsageError("Enter a reference or an NHS number, one of the two")
    return reference or _checked(number)


def _checked(number: str) -> str:
    try:
        return str(TypeAdapter(NHSNumber).validate_python(number))
    except ValidationError:
        raise UsageError("That is not an NHS number: it has ten digits, of which the last checks the others") from None


def _note(visit: Visit, facts: Mapping[str, Any], *, subject: str | None = None, why: str | None = None) -> None:
    """Record who read what, before anything is shown."""
    told = Event("record.read", visit.person.actor, subject=subject, facts={"what": "record", **facts},
                 payload=own_words(why))  # fmt: skip
    with visit.desk.database.transaction() as connection:
        visit.desk.record.append(connection, SYSTEM_RUN, told)


def _lines(entries: list[Entry], *, is_open: bool = False) -> list[Line]:
    return [_line(one if is_open else veiled(one)) for one in entries]


def _line(one: Entry) -> Line:
    job = one.run.removeprefix("job-")
    more = _MORE.get(one.name)
    said = sentence(one) if more is None else more.format(who=who(one), **one.facts)
    return Line(one.at, said, one.run, one.seq, int(job) if job.isdigit() else None)
