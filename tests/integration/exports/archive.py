"""A record about canary patients, and what takes evidence out of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rpa.audit import Event, Trail
from rpa.audit.record import Record
from rpa.audit.trail import Entry
from rpa.exports import Exported, Exporter, Form, Request, Selection, of_items, of_job
from rpa.models import Actor, ActorKind, Write
from rpa.sealing import Sealing
from rpa.states import EffectState
from tests.integration.conftest import PERSON, Bench

CANARIES = ("9990000018", "9990000026", "9990000034")
AUDITOR = Actor(ActorKind.PERSON, "An Auditor")
REASON = "complaint about 9990000018"


@dataclass(frozen=True)
class Archive:
    """A sealed record, and short words for taking evidence out of it."""

    bench: Bench
    sealing: Sealing
    folder: Path

    def work(self, *keys: str) -> int:
        """Make a job that changes something for each key, and do it."""
        job_id = self.bench.submit(*keys)
        for key in keys:
            claim = self.bench.claim()
            journal = self.bench.journal(claim)
            write = Write("change", f"phone of {key}", {"phone": None}, {"phone": "=cmd()"})
            journal.end(journal.intend(write), EffectState.MADE, found=write.after)
            self.bench.finish(claim)
        return job_id

    def note(self, run: str, name: str, **facts: object) -> None:
        """Write an entry of a person."""
        with self.bench.database.transaction() as connection:
            self.bench.journals.record.append(connection, run, Event(name, PERSON, facts=facts))

    def export(self, selection: Selection, form: Form = Form.PACK, *, name: str = "evidence",
               reason: str = REASON, payloads: bool = False) -> Exported:  # fmt: skip
        request = Request(selection, form, self.folder / (name + form.suffix), AUDITOR, reason, payloads)
        return self.exporter().export(request)

    def exporter(self, record: Record | None = None) -> Exporter:
        return Exporter(self.bench.database, record or self.bench.journals.record, self.bench.clock, self.sealing)

    def job(self, number: int = 1) -> Selection:
        return of_job(self.bench.database, number)

    def patient(self, key: str) -> Selection:
        subject = self.bench.journals.pseudonyms.of(key)
        found = self.bench.views.items_of_subject(subject)
        return of_items(self.bench.database, found, sought="NHS number", subject=subject)

    def entries(self, run: str, name: str) -> list[Entry]:
        return Trail(self.bench.database).of_run(run, names=[name])


def documents_of(done: Exported) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.path.read_text(encoding="utf-8").splitlines()]
