"""One entry of the record: all its fields, its text and hash, what stands beside it, and the seal that proves it."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from rpa.answers.entry import ProvedEntry, proved_entry
from rpa.audit import Entry
from rpa.console.door import Page
from rpa.console.navigation import AUDITORS
from rpa.console.record_lines import hidden, job_of_run, lines_of
from rpa.console.record_seeing import note_reading, opened, telling
from rpa.console.visit import Visit
from rpa.evidence.store import Evidence
from rpa.exports.written import FREE_TEXT
from rpa.runpage.words import field_name, shown

_DIGEST = 64


def entry(visit: Visit) -> Response:
    """Show an entry; patients' details for a reason that is recorded."""
    run, seq = visit.request.path_params["run"], visit.number("seq")
    is_open, errors = opened(visit)
    found = proved_entry(visit.desk.database, visit.desk.sealing.keys, run, seq)
    note_reading(visit, {"by": "entry", "entry": f"{run}/{seq}", "count": 1, "personal": is_open},
                 subject=found.entry.subject, why=visit.text("why") if is_open else None)  # fmt: skip
    one = found.entry if is_open else hidden(found.entry)
    (line,) = lines_of(visit.desk.views, [one], is_open=True)  # what is to be hidden is hidden in it already
    return visit.show(
        "record_entry.html", status=422 if errors else 200, errors=errors, found=found, entry=one,
        line=line, facts=_told(one.facts), payload=_told(_beside(one.payload)), is_open=is_open,
        body=_body(found, is_open=is_open), job=job_of_run(run), files=_files(visit, found), is_first=seq == 1,
        is_last=seq >= found.last, erased=_is_erased(found),
    )  # fmt: skip


def _body(found: ProvedEntry, *, is_open: bool) -> str:
    return found.body if is_open or not found.entry.facts.keys() & set(FREE_TEXT) else ""


def _beside(payload: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the details that do not stand on the page already, as what was there before and after does."""
    return {name: value for name, value in (payload or {}).items() if name not in ("before", "after")}


def _told(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(field_name(name), _spelled(value)) for name, value in values.items()]


def _spelled(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{field_name(name)}: {_spelled(each)}" for name, each in value.items()) or "(empty)"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_spelled, value)) or "(empty)"
    return shown(value)


def _files(visit: Visit, found: ProvedEntry) -> list[Evidence]:
    """Return the kept files that an entry tells of, such as the picture of a failed attempt."""
    digest = str(found.entry.facts.get("sha256", ""))
    return list(visit.desk.evidence.named(digest))[:1] if len(digest) == _DIGEST else []


def _is_erased(found: ProvedEntry) -> bool:
    one: Entry = found.entry
    return one.payload is None and '"commitment":' in found.body


PAGES: Mapping[str, Page] = {"/record/entries/{run}/{seq:int}": Page(telling(entry), telling(entry), AUDITORS)}
