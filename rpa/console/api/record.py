"""The record, for auditors' programs: without patients' details, and that it was read is recorded."""

from functools import partial
from typing import Any

from rpa.answers.kept_checks import KeptChecks
from rpa.answers.phrases import KINDS
from rpa.answers.postings import Postings
from rpa.answers.search import Sought, find
from rpa.answers.sentences import sentence
from rpa.audit import Entry, Event, Trail, who
from rpa.audit.record import SYSTEM_RUN
from rpa.calendars.typed import Span, span_of
from rpa.console.api import record_models
from rpa.console.api.call import Call
from rpa.console.record_asked import newest_runs
from rpa.console.record_lines import has_words, hidden
from rpa.exceptions import UsageError

_MOST = 100


def entries(call: Call) -> record_models.RecordPage:
    """Return a page of entries."""
    run, before = call.desk.views.job(call.number("job")).run, call.asked_number("before")
    found = Trail(call.desk.database).last_of_run(run, limit=_MOST + 1, before=before)
    shown = found[-_MOST:]
    _note_reading(call, {"by": "job", "job": call.number("job"), "count": len(shown)})
    following = f"/api/v1/record/{call.number('job')}?before={shown[0].seq}" if len(found) > _MOST else None
    return record_models.RecordPage(entries=[_told(one) for one in shown], next=following)


def search_record(call: Call) -> record_models.FoundPage:
    """Return a page of the entries that are looked for."""
    sought = _sought(call)
    Postings(call.desk.database, call.desk.clock).catch_up()
    found = find(call.desk.database, sought, after=call.sent.after, limit=_MOST)
    by = ", ".join(name for name, value in call.sent.model_dump().items() if value and name != "after") or "everything"
    _note_reading(call, {"by": by, "count": len(found.entries)})
    told = [_told(one) for one in found.entries]
    return record_models.FoundPage(entries=told, following=found.following or None, looked_back_to=found.looked_back_to)


def checks(call: Call) -> record_models.RecordChecks:
    """Return the last checks of the whole record."""
    found = KeptChecks(call.desk.database, call.desk.clock).last()
    return record_models.RecordChecks(checks=[record_models.RecordCheck.model_validate(one) for one in found])


def _sought(call: Call) -> Sought:
    sent, span = call.sent, _span(call)
    runs = None
    if sent.job is not None:
        runs = [f"job-{sent.job}"]
    elif sent.workflow:
        runs = newest_runs(call.desk, sent.workflow, after=sent.after)
    return Sought(
        person=sent.person,
        names=KINDS[sent.kind][1] if sent.kind else (),
        since=span.since,
        until=span.until,
        runs=runs,
        fits=partial(has_words, sent.words),
    )


def _span(call: Call) -> Span:
    try:
        return span_of(call.sent.since or None, call.sent.until or None) or Span(None, None, "")
    except UsageError:  # which would repeat what was sent
        raise UsageError(
            "since and until are no days or times, or the end is not behind the beginning; expected such as 2026-11-23 "
            "or 2026-11-23 14:00"
        ) from None


def _note_reading(call: Call, facts: dict[str, Any]) -> None:
    """Record that somebody looked, before anything is shown."""
    event = Event("record.read", call.person.actor, facts={"what": "record", **facts})
    with call.desk.database.transaction() as connection:
        call.desk.record.append(connection, SYSTEM_RUN, event)


def _told(one: Entry) -> record_models.RecordEntry:
    return record_models.RecordEntry(
        run=one.run, seq=one.seq, at=one.at, name=one.name, who=who(one), said=sentence(hidden(one)), hash=one.hash
    )
