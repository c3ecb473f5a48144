"""Taking evidence out is itself in the record, before the file is there; and no file names a patient unasked."""

from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from rpa.audit import Event, Record, verify
from rpa.audit.record import Origin
from rpa.db.tables import event, payload
from rpa.exceptions import NotFoundError, RecordError, UsageError
from rpa.exports import Form, Request, of_period
from tests.conftest import HandClock
from tests.integration.exports.archive import AUDITOR, CANARIES, REASON, Archive, documents_of


class Full(Record):
    """A record that nothing can be written to any more."""

    def append(self, connection: Connection, run: str, *events: Event) -> None:
        raise OSError("no space left")


def test_who_took_out_what_and_why_is_in_the_record(archive: Archive) -> None:
    done = archive.export(archive.job(), Form.CSV)

    (said,) = archive.entries("job-1", "record.exported")
    assert said.actor == AUDITOR
    assert said.facts == {"what": "job 1", "form": "csv", "payloads": False, "count": 15, "sha256": done.sha256}
    assert said.payload == {"reason": REASON}
    assert done.sha256 == sha256(done.path.read_bytes()).hexdigest()


def test_patient_who_was_looked_for_is_in_the_record_by_pseudonym(archive: Archive) -> None:
    archive.export(archive.patient(CANARIES[0]), Form.JSONL, payloads=True)

    (said,) = archive.entries("system", "record.exported")
    assert said.subject == archive.bench.journals.pseudonyms.of(CANARIES[0])
    assert said.facts["payloads"] is True
    assert not any(one in str(said.facts) for one in CANARIES)


def test_reason_is_kept_where_it_can_be_erased(archive: Archive) -> None:
    archive.export(archive.job(), Form.CSV)

    with archive.bench.database.reading() as connection:
        bodies = connection.execute(select(event.c.body).where(event.c.name == "record.exported")).scalars().all()
    assert [REASON in bytes(body).decode() for body in bodies] == [False]
    assert verify(archive.bench.database).clean


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_taken_out(archive: Archive, reason: str) -> None:
    with pytest.raises(UsageError, match="expected --reason"):
        archive.export(archive.job(), reason=reason)

    assert not list(archive.folder.iterdir())


def test_what_cannot_be_recorded_is_not_taken_out(archive: Archive, clock: HandClock) -> None:
    exporter = archive.exporter(Full(Origin("host", "worker", "0"), clock))
    request = Request(archive.job(), Form.CSV, archive.folder / "evidence.csv", AUDITOR, REASON)

    with pytest.raises(OSError, match="no space left"):
        exporter.export(request)

    assert not list(archive.folder.iterdir())


def test_file_that_is_there_is_left_as_it_is(archive: Archive) -> None:
    (archive.folder / "evidence.csv").write_text("mine")

    with pytest.raises(UsageError, match=r"there is a file 'evidence.csv' already"):
        archive.export(archive.job(), Form.CSV)

    assert (archive.folder / "evidence.csv").read_text() == "mine"
    assert not archive.entries("job-1", "record.exported")


def test_folder_that_is_not_there_is_not_made(archive: Archive) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        archive.export(archive.job(), Form.CSV, name="nowhere/evidence")


def test_patient_the_record_does_not_know_gives_no_file(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="says nothing of that NHS number"):
        archive.export(archive.patient("9990000042"), Form.CSV)

    assert not list(archive.folder.iterdir())
    assert [one.facts["count"] for one in archive.entries("system", "record.read")] == [0]


def test_job_the_record_does_not_know_is_refused(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="there is no job 99"):
        archive.job(99)


def test_entry_that_was_changed_is_not_handed_out(archive: Archive) -> None:
    alter(
        archive, update(event).where(event.c.run == "job-1", event.c.seq == 5).values(body=b'{"run":"job-1","seq":5}')
    )

    with pytest.raises(RecordError, match="entry 5 of job-1 is not as it was written"):
        archive.export(archive.job(), Form.CSV)

    assert not list(archive.folder.iterdir())


def test_payload_that_was_changed_is_not_handed_out(archive: Archive) -> None:
    alter(archive, update(payload).where(payload.c.run == "job-1", payload.c.seq == 5).values(content=b"{}"))

    with pytest.raises(RecordError, match="entry 5 of job-1 is not as it was written"):
        archive.export(archive.job(), Form.JSONL, payloads=True)


def test_payload_that_was_erased_is_left_out(archive: Archive) -> None:
    alter(archive, delete(payload).where(payload.c.run == "job-1", payload.c.seq == 5))

    lines = documents_of(archive.export(archive.job(), Form.JSONL, payloads=True))

    assert [one["entry"] for one in lines if one["name"] == "change.made" and one["payload"] is None] == [5]


def alter(archive: Archive, statement: Any) -> None:
    with archive.bench.database.engine.begin() as connection:
        if archive.bench.database.kind == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(statement)


def test_time_is_cut_at_its_first_and_its_last_moment(archive: Archive, clock: HandClock) -> None:
    clock.pass_by(hours=1)
    start = clock.now()
    archive.note("system", "system.paused")
    clock.pass_by(hours=1)
    end = clock.now()
    archive.note("system", "system.resumed")

    selection = of_period(archive.bench.database, start, end, name="record")

    assert [one["name"] for one in documents_of(archive.export(selection, Form.JSONL))] == ["system.paused"]


def test_part_of_a_job_can_be_taken_by_its_time(archive: Archive, clock: HandClock) -> None:
    clock.pass_by(days=1)
    start = clock.now()
    archive.note("job-1", "item.retried")

    lines = documents_of(archive.export(archive.job().within(start, None), Form.JSONL))

    assert [(one["run"], one["name"]) for one in lines] == [("job-1", "item.retried")]


def test_more_entries_than_a_page_holds_come_out_in_order(archive: Archive) -> None:
    events = [Event("step.completed", AUDITOR, facts={"number": number}) for number in range(4_500)]
    with archive.bench.database.transaction() as connection:
        archive.bench.journals.record.append(connection, "job-2", *events)

    lines = documents_of(archive.export(archive.job(2), Form.JSONL))

    assert [one["entry"] for one in lines] == list(range(1, 4_508))
