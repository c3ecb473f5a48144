"""Takes evidence out of the record: who took what and why is in the record before the file appears."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.connectors.spreadsheet.atomic import replaced
from rpa.db import Database
from rpa.exceptions import NotFoundError, UsageError
from rpa.exports.entries import nobody_listens
from rpa.exports.forms import Form
from rpa.exports.lines import write_jsonl
from rpa.exports.ocel import write_ocel
from rpa.exports.pack import write_pack
from rpa.exports.selection import Selection
from rpa.exports.tables import write_csv, write_xlsx
from rpa.exports.written import Order, Writer, Written
from rpa.exports.xes import write_xes
from rpa.models import Actor
from rpa.sealing import Sealing

_WRITERS: dict[Form, Writer] = {
    Form.PACK: write_pack,
    Form.CSV: write_csv,
    Form.XLSX: write_xlsx,
    Form.JSONL: write_jsonl,
    Form.XES: write_xes,
    Form.OCEL: write_ocel,
}
_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to take out, and why."""

    selection: Selection
    form: Form
    target: Path
    by: Actor
    reason: str
    payloads: bool = False
    """Whether what may name a patient is wanted as well."""
    tell: Callable[[int], None] = nobody_listens
    """Is told how many entries were read since the last time."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was taken out."""

    path: Path
    sha256: str
    written: Written


class Exporter:
    """Writes entries of the record into a file."""

    def __init__(self, database: Database, record: Record, clock: Clock, sealing: Sealing) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._sealing = sealing

    def export(self, request: Request) -> Exported:
        """Write a file, and record it; the file appears whole or not at all, and never in the place of another.

        Raises:
            NotFoundError: The record has no such entry; that somebody asked is recorded.
            UsageError: No reason was given, or there is no place for the file.
            RecordError: An entry is not as it was written.
        """
        _check(request)
        if request.form is Form.PACK:
            self._seal(request.selection)
        with replaced(request.target, private=True) as draft:
            written = self._write(request, draft)
            if not written.entries:
                self._refuse(request)
            exported = Exported(request.target, _digest(draft), written)
            _check_free(request.target)  # somebody may have been quicker
            self._note(request, exported)
        return exported

    def _seal(self, selection: Selection) -> None:
        """Seal what the runs have by now; where that can't be done, the pack says of itself that it is incomplete."""
        for run in selection.heads:
            if not self._sealing.cover(run):
                return

    def _write(self, request: Request, draft: Path) -> Written:
        with self._database.reading() as connection:
            order = Order(connection, request.selection, request.payloads, self._sealing.keys, self._clock.now(),
                          request.tell)  # fmt: skip
            return _WRITERS[request.form](order, draft)

    def _note(self, request: Request, exported: Exported) -> None:
        selection = request.selection
        facts = {
            "what": selection.sought,
            "since": selection.since,
            "until": selection.until,
            "form": request.form,
            "payloads": request.payloads,
            "count": exported.written.entries,
            "sha256": exported.sha256,
        }
        said = {name: value for name, value in facts.items() if value is not None}
        self._append(request, "record.exported", said)

    def _refuse(self, request: Request) -> NoReturn:
        sought = request.selection.sought
        self._append(request, "record.read", {"what": "record", "by": sought, "count": 0})
        raise NotFoundError(f"the record says nothing of that {sought}, and no file was written; check what was asked")

    def _append(self, request: Request, name: str, facts: Mapping[str, Any]) -> None:
        selection, why = request.selection, {"reason": request.reason}
        event = Event(name, request.by, subject=selection.subject, facts=facts, payload=why)
        with self._database.transaction() as connection:
            self._record.append(connection, selection.run or SYSTEM_RUN, event)


def _check(request: Request) -> None:
    if not request.reason.strip():
        raise UsageError("found no reason, expected --reason with a sentence that says what the evidence is for")
    if not request.target.parent.is_dir():
        raise UsageError(
            f"there is no folder {str(request.target.parent)!r}, expected one to write into: make it first"
        )
    _check_free(request.target)


def _check_free(target: Path) -> None:
    if target.exists():
        raise UsageError(f"there is a file {target.name!r} already, and it was left as it is; give another with --out")


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
    return digest.hexdigest()
