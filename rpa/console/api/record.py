"""The record of a job, for auditors' programs: without patients' details, and that it was read is recorded."""

from rpa.answers.sentences import sentence
from rpa.audit import Entry, Event, Trail, who
from rpa.audit.record import SYSTEM_RUN
from rpa.console.api import models
from rpa.console.api.call import Call
from rpa.console.veiling import veiled

_MOST = 100


def entries(call: Call) -> models.RecordPage:
    """Return a page of entries."""
    run, before = call.desk.views.job(call.number("job")).run, call.asked_number("before")
    found = Trail(call.desk.database).last_of_run(run, limit=_MOST + 1, before=before)
    shown = found[-_MOST:]
    facts = {"what": "record", "by": "job", "job": call.number("job"), "count": len(shown)}
    with call.desk.database.transaction() as connection:
        call.desk.record.append(connection, SYSTEM_RUN, Event("record.read", call.person.actor, facts=facts))
    following = f"/api/v1/record/{call.number('job')}?before={shown[0].seq}" if len(found) > _MOST else None
    return models.RecordPage(entries=[_told(one) for one in shown], next=following)


def _told(one: Entry) -> models.RecordEntry:
    said = sentence(veiled(one))
    return models.RecordEntry(
        run=one.run, seq=one.seq, at=one.at, name=one.name, who=who(one), said=said, hash=one.hash
    )
