"""Taking entries of the record out: how much it is comes first, then the reason; what was taken out is listed."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from rpa.answers.postings import Postings
from rpa.answers.readers import reading_of
from rpa.answers.search import Sought, find
from rpa.audit import Entry, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.record_seeing import note_reading, telling
from rpa.console.record_selected import command_of, selected
from rpa.console.record_sizes import MOST_BESIDE, is_large, is_taken_here, measured, wanted_of
from rpa.console.visit import Visit
from rpa.exports import Exporter, Form, Request, Selection
from rpa.exports.kept import KeptExports, KeptFile
from rpa.exports.measure import Measure, size_of

_FORMS: Mapping[Form, str] = {
    Form.PACK: "A pack that proves itself",
    Form.CSV: "CSV, a table to read",
    Form.XLSX: "Excel, a table to read",
    Form.JSONL: "JSON lines, for programs",
}
_AT_ONCE = threading.Lock()
"""One at a time: a second click finds what the first one made."""
_SAME_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """One export of the past; no file: it was removed, or was made by a command."""

    entry: Entry
    why: str
    file: KeptFile | None


def exports(visit: Visit) -> Response:
    """List what was taken out, by whom and why."""
    is_ready = Postings(visit.desk.database, visit.desk.clock).catch_up()
    found = find(visit.desk.database, Sought(names=("record.exported",)), after=visit.asked("after"))
    kept = _kept(visit).among([str(one.facts.get("sha256")) for one in found.entries])
    note_reading(visit, {"what": "exports", "count": len(found.entries)})
    taken = [Taken(one, reading_of(one).reason or "", kept.get(str(one.facts.get("sha256")))) for one in found.entries]
    return visit.show("record_exports.html", taken=taken, following=found.following, after=visit.asked("after"),
                      is_ready=is_ready, forms=_FORMS, making=visit.site.exports.seen(visit.desk))  # fmt: skip


def ask(visit: Visit) -> Response:
    """Ask what is to be taken out."""
    return visit.show("record_export.html", most=MOST_BESIDE)


def ask_why(visit: Visit) -> Response:
    """Say how much it is, and ask for the reason and the form."""
    selection, errors = selected(visit)
    if selection is None:
        return _again(visit, errors)
    if not is_taken_here(visit, selection):
        return _too_much(visit, selection)
    size = measured(visit, selection)
    note_reading(visit, {"by": selection.sought, "count": 0}, subject=selection.subject)
    if not size.entries:
        return _again(visit, {"job": "The record has no such entry in that time"})
    return _why(visit, selection, size, {})


def take(visit: Visit) -> Response:
    """Take it out, and keep the file for a week."""
    selection, errors = selected(visit)
    if selection is None:
        return _again(visit, errors)
    if not is_taken_here(visit, selection):
        return _too_much(visit, selection)
    if not visit.text("reason") or visit.text("form") not in set(Form):
        said = {} if visit.text("reason") else {"reason": "Enter what you need this for"}
        said |= {} if visit.text("form") in set(Form) else {"form": "Select a form"}
        return _why(visit, selection, measured(visit, selection), said)
    if is_large(visit, selection):
        is_new = visit.site.exports.begin(visit.desk, wanted_of(visit, selection))
        return visit.go("/record/exports", said="exporting" if is_new else "exporting-already")
    with _AT_ONCE:
        if not _was_taken(visit, selection):
            _export(visit, selection)
    return visit.go("/record/exports", said="exported")


def fetch(visit: Visit) -> Response:
    """Hand a file out again; that is recorded first."""
    found, content = _kept(visit).read(visit.request.path_params["digest"])
    note_reading(visit, {"what": "export", "sha256": found.digest, "count": 1})
    name = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": name})


def progress(visit: Visit) -> Response:
    """Answer with how far the large export is that is under way."""
    return HTMLResponse(visit.drawn("_record_export_beside.html", making=visit.site.exports.seen(visit.desk)))


def _too_much(visit: Visit, selection: Selection) -> Response:
    size = size_of(visit.desk.database, selection)
    errors = {"job": f"These are {size:,} entries, more than can be taken out here"}
    return _again(visit, errors, command=command_of(visit))


def _export(visit: Visit, selection: Selection) -> None:
    desk, form = visit.desk, Form(visit.text("form"))
    exporter = Exporter(desk.database, desk.record, desk.clock, desk.sealing)
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"{selection.name}-{desk.clock.now():%Y%m%d-%H%M%S}{form.suffix}"
        exporter.export(Request(selection, form, target, visit.person.actor, visit.text("reason"),
                                visit.text("payloads") == "yes"))  # fmt: skip
        _kept(visit).keep(target)
    desk.sealing.tick()  # so that the list, which is made of what is sealed, has it at once


def _was_taken(visit: Visit, selection: Selection) -> bool:
    """Return whether this person took the very same out a moment ago, as a second click would."""
    wanted = (visit.text("form"), visit.text("payloads") == "yes", selection.sought, selection.since, selection.until,
              selection.subject)  # fmt: skip
    since = visit.desk.clock.now() - _SAME_WITHIN
    for one in Trail(visit.desk.database).last_of_run(selection.run or SYSTEM_RUN, limit=20):
        facts = one.facts
        same = (facts.get("form"), facts.get("payloads"), facts.get("what"), _moment(facts.get("since")),
                _moment(facts.get("until")), one.subject)  # fmt: skip
        if one.name == "record.exported" and one.actor == visit.person.actor and one.at > since and same == wanted:
            return True
    return False


def _moment(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _again(visit: Visit, errors: Mapping[str, str], *, command: str = "") -> Response:
    return visit.show("record_export.html", status=422, errors=errors, most=MOST_BESIDE, command=command,
                      given=_given(visit))  # fmt: skip


def _why(visit: Visit, selection: Selection, size: Measure, errors: Mapping[str, str]) -> Response:
    return visit.show(
        "record_export_why.html", status=422 if errors else 200, errors=errors, size=size, forms=_FORMS,
        sought=selection.sought,
        is_large=is_large(visit, selection), given=_given(visit), reason=visit.text("reason"), form=visit.text("form"),
    )  # fmt: skip


def _given(visit: Visit) -> dict[str, Any]:
    return {name: visit.text(name) for name in ("job", "reference", "nhs-number", "since", "until")}


def _kept(visit: Visit) -> KeptExports:
    return KeptExports(visit.desk.database, visit.desk.evidence, visit.desk.clock)


PAGES: Mapping[str, Page] = {
    "/record/exports": Page(telling(exports), telling(take), AUDITORS),
    "/record/exports/new": Page(ask, telling(ask_why), AUDITORS),
    "/record/exports/progress": Page(progress, roles=AUDITORS),
    "/record/exports/{digest}": Page(fetch, roles=AUDITORS),
}
