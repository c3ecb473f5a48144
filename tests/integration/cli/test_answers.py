"""The answers to an auditor by commands: the story of a patient, a job's certificate, gaps, doubts and readers."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from rpa.answers import gaps_in
from rpa.audit import Event
from rpa.cli.exits import Exit
from rpa.correcting import correct
from rpa.desk import open_desk
from rpa.models import Actor, ActorKind, Write
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_audit import tamper, worked


@pytest.fixture
def done(rpa: Rpa, office: Office) -> Office:
    worked(rpa, office, "fine", "nobody", "unreadable")
    return office


def begin_a_write(office: Office) -> None:
    """Begin a write of the second item in an attempt that ends without a word of it."""
    desk = open_desk(load_settings(office.data))
    claim = desk.queue.claim("w1", ["tidy"], lease=timedelta(minutes=1))
    assert claim is not None
    journal = desk.executor(desk.crew()).journals.of(claim, Actor(ActorKind.BOT, "tidy"))
    journal.intend(Write("change", f"appointment of {claim.key}", {"clinic": None}, {"clinic": "RENZZ"}))
    for _ in range(3):
        desk.queue.rescue(dead_workers=["w1"])
        desk.queue.claim("w1", ["tidy"], lease=timedelta(minutes=1))
    desk.close()


def test_a_story_says_who_sent_which_row_and_what_was_changed_from_what_to_what(rpa: Rpa, done: Office) -> None:
    told = rpa("audit", "story", "--nhs-number", done.numbers[0], "--by", "An Auditor")

    assert told.code is Exit.DONE
    for said in ("asked for by Jo Clerk", "no approval is recorded", "Jo Clerk sent", "row 2",
                 "began attempt 1", "Clinic: (empty) → RENZZ <b>2</b>", "It was done: moved."):  # fmt: skip
        assert said in told.out
    assert done.numbers[1] not in told.out


def test_a_story_names_pictures_and_what_a_person_did(rpa: Rpa, done: Office, tmp_path: Path) -> None:
    rpa("cancel", 2, "--why", "moved away", "--by", "Tom")
    rpa("evidence", "open", "--item", 2, "--reason", "complaint", "--out", tmp_path / "x.png", "--by", "An Auditor")

    lines = rpa("audit", "story", done.numbers[1], "--json").json["lines"]

    said = " ".join(one["said"] for one in lines)
    (picture,) = [one["sha256"] for one in rpa("evidence", "list", "--job", 1, "--json").json if one["item"]]
    assert f"A file was kept: screenshot, SHA-256 {picture[:12]}…." in said
    assert "It failed and waits for a person: NO_MATCH, the data or a rule says no." in said
    assert "Tom took it back: moved away." in said
    assert "An Auditor opened a kept file" in said and "because: complaint" in said


def test_a_story_spans_all_jobs_of_a_patient_in_the_order_of_time(rpa: Rpa, done: Office) -> None:
    rpa("submit", "tidy", done.list("fine", name="second.csv"), "--by", "Ann Clerk")
    rpa("work", "--until-idle")

    told = rpa("audit", "story", done.numbers[0], "--json").json

    assert [one["job"]["requested_by"] for one in told["jobs"]] == ["Jo Clerk", "Ann Clerk"]
    assert [one["at"] for one in told["lines"]] == sorted(one["at"] for one in told["lines"])
    assert "found" in told["lines"][-2]["said"] and "right already" in told["lines"][-2]["said"]


def test_a_story_nobody_knows_ends_with_3_and_repeats_no_number(rpa: Rpa, done: Office) -> None:
    told = rpa("audit", "story", "--nhs-number", done.numbers[7])

    assert told.code is Exit.NOT_FOUND
    assert done.numbers[7] not in told.err


def test_a_certificate_has_totals_that_balance_people_exceptions_and_the_seal(rpa: Rpa, done: Office) -> None:
    made = rpa("audit", "certificate", 1, "--json")

    page = made.json
    assert made.code is Exit.DONE
    assert page["totals"]["balance"]
    assert (page["totals"]["rows_in"], page["totals"]["completed"], page["totals"]["failed"]) == (3, 1, 1)
    assert page["exceptions"] == {"NO_MATCH": 1}
    assert page["people"] == {"Jo Clerk": ["asked for it"]}
    assert (page["writes"]["made"], page["writes"]["in_doubt"], page["writes"]["intended"]) == (1, 0, 0)
    assert page["verified"] and page["seal"]["size"] >= page["entries"]
    assert done.numbers[0] not in made.out


def test_a_certificate_is_one_page_without_a_patient(rpa: Rpa, done: Office) -> None:
    made = rpa("audit", "certificate", 1)

    assert "3 came in: 1 done, 1 failed, 1 not readable" in made.out
    assert "Yes: every entry is as it was written, and the seals fit." in made.out
    assert len(made.out.splitlines()) < 30
    assert not any(number in made.out for number in done.numbers)


def test_a_certificate_of_a_changed_job_ends_with_4_and_names_the_entry(rpa: Rpa, done: Office) -> None:
    other = "UPDATE event SET body = CAST(replace(body, 'Jo Clerk', 'Jo Clark') AS BLOB)"
    tamper(done, f"{other} WHERE run = 'job-1' AND seq = 1")

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_BROKEN
    assert "Entry 1 of job 1 does not match its" in made.out


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE item SET state = 'completed', failure = NULL, code = NULL WHERE id = 2", "totals and exceptions"),
        ("UPDATE job SET requested_by = 'mallory'", "people"),
        ("UPDATE job SET version = '9+other'", "versions or files"),
        ('UPDATE job SET inputs = CAST(replace(inputs, \'"sha256":"\', \'"sha256":"0\') AS BLOB)', "versions or files"),
        ("UPDATE effect SET state = 'absent'", "writes"),
    ],
)
def test_a_certificate_of_a_job_whose_tables_were_changed_ends_with_4(
    rpa: Rpa, done: Office, statement: str, what: str
) -> None:
    tamper(done, statement)

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_BROKEN
    assert f"The tables of the queue have other {what} for job 1 than its record says" in made.out


@pytest.mark.parametrize("how", ["by-hand", "left-out"])
def test_a_certificate_of_a_job_whose_failed_row_a_person_took_agrees_with_the_record(
    rpa: Rpa, done: Office, how: str
) -> None:
    rpa("cancel", 2, "--how", how, "--why", "seen in the clinic", "--by", "Tom")

    made = rpa("audit", "certificate", 1, "--json")

    assert made.json["broken"] is None
    assert (made.json["totals"]["failed"], made.json["totals"]["cancelled"]) == (0, 1)


@pytest.mark.parametrize(
    ("how", "statement", "what"),
    [
        ("by-hand", "UPDATE item SET outcome = 'left out' WHERE id = 2", "rows done by hand or left out"),
        ("left-out", "UPDATE item SET outcome = 'done by hand' WHERE id = 2", "rows done by hand or left out"),
        ("by-hand", "UPDATE item SET outcome = NULL WHERE id = 2", "rows done by hand or left out"),
        ("by-hand", "UPDATE item SET state = 'completed' WHERE id = 2", "totals and rows done by hand or left out"),
        (
            "by-hand",
            "UPDATE item SET state = CASE id WHEN 2 THEN 'completed' ELSE 'cancelled' END,"
            " outcome = CASE id WHEN 1 THEN 'done by hand' ELSE 'moved' END",
            "ends of rows and rows done by hand or left out",
        ),
    ],
)
def test_a_certificate_of_a_job_whose_tables_name_another_way_in_which_a_row_was_taken_ends_with_4(
    rpa: Rpa, done: Office, how: str, statement: str, what: str
) -> None:
    rpa("cancel", 2, "--how", how, "--why", "seen in the clinic", "--by", "Tom")
    tamper(done, statement)

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_BROKEN
    assert f"The tables of the queue have other {what} for job 1 than its record says" in made.out


def test_a_certificate_of_a_job_in_which_two_rows_changed_places_ends_with_4(rpa: Rpa, done: Office) -> None:
    tamper(
        done,
        "UPDATE item SET state = CASE id WHEN 2 THEN 'completed' ELSE 'failed' END,"
        " failure = CASE id WHEN 1 THEN 'business' END, code = CASE id WHEN 1 THEN 'NO_MATCH' END",
    )

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_BROKEN
    assert "The tables of the queue have other ends of rows and exceptions for job 1 than its record says" in made.out


def test_a_certificate_of_a_job_of_which_a_person_took_a_row_before_the_others_were_done_agrees_with_the_record(
    rpa: Rpa, office: Office
) -> None:
    rpa("submit", "tidy", office.list("fine", "fine"), "--by", "Jo Clerk")
    rpa("cancel", 1, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    rpa("work", "--until-idle")

    made = rpa("audit", "certificate", 1, "--json")

    assert made.json["broken"] is None
    assert (made.json["totals"]["completed"], made.json["totals"]["cancelled"]) == (1, 1)


def test_a_certificate_names_who_did_a_row_by_hand_left_it_out_took_it_back_or_corrected_it(
    rpa: Rpa, office: Office
) -> None:
    worked(rpa, office, "nobody", "nobody", "nobody", "nobody")
    rpa("cancel", 1, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    rpa("cancel", 2, "--how", "left-out", "--why", "moved away", "--by", "Ann")
    rpa("retry", 3, "--why", "put right", "--by", "Ann")
    rpa("cancel", 3, "--why", "not wanted", "--by", "Tom")
    with closing(open_desk(load_settings(office.data))) as desk:
        correct(desk, 4, {"fate": "fine"}, by=Actor(ActorKind.PERSON, "Aoife"))

    people = rpa("audit", "certificate", 1, "--json").json["people"]

    assert people == {
        "Jo Clerk": ["asked for it"],
        "Tom": ["did items by hand", "took items back"],
        "Ann": ["left items out", "put items back"],
        "Aoife": ["corrected items"],
    }


def test_a_certificate_of_a_job_whose_failed_row_was_tried_again_agrees_with_the_record(rpa: Rpa, done: Office) -> None:
    assert rpa("retry", 2, "--why", "put right", "--by", "Tom").code is Exit.DONE
    waiting = rpa("audit", "certificate", 1, "--json").json["broken"]
    rpa("work", "--until-idle")

    assert [waiting, rpa("audit", "certificate", 1, "--json").json["broken"]] == [None, None]


def test_certificates_of_a_row_that_was_sent_again_in_another_job_agree_with_the_record(rpa: Rpa, done: Office) -> None:
    rpa("submit", "tidy", done.list("unreadable", "fine", name="again.csv"), "--by", "Ann Clerk")
    waiting = rpa("audit", "certificate", 1, "--json").json
    rpa("work", "--until-idle")

    first, second = (rpa("audit", "certificate", number, "--json").json for number in (1, 2))
    assert [one["broken"] for one in (waiting, first, second)] == [None, None, None]
    assert (waiting["totals"]["open"], first["totals"]["completed"], first["exceptions"]) == (1, 2, {})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET state = 'failed', failure = 'business', code = 'NO_MATCH' WHERE id = 2",
        "UPDATE source_row SET ended = 'left_out' WHERE item_id = 2",
    ],
)
@pytest.mark.parametrize("again", [("cancel", 2, "--how", "by-hand", "--why", "seen"), ("submit",)])
def test_a_certificate_of_a_row_that_was_seen_to_and_then_changed_ends_with_4(
    rpa: Rpa, done: Office, again: tuple[object, ...], statement: str
) -> None:
    sent = ("submit", "tidy", done.list("unreadable", "fine", name="again.csv"))
    rpa(*(sent if again == ("submit",) else again), "--by", "Tom")
    rpa("work", "--until-idle")
    tamper(done, statement)

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_BROKEN
    assert "The tables of the queue have other totals" in made.out


def test_a_certificate_of_what_no_seal_covers_ends_with_5(rpa: Rpa, done: Office) -> None:
    desk = open_desk(load_settings(done.data))
    with desk.database.transaction() as connection:  # as a worker that has not sealed yet
        desk.record.append(connection, "job-1", Event("record.read", Actor(ActorKind.PERSON, "Ann")))
    desk.close()

    made = rpa("audit", "certificate", 1)

    assert made.code is Exit.RECORD_INCOMPLETE
    assert "no seal covers all of it yet" in made.out


def test_a_certificate_of_no_job_ends_with_3(rpa: Rpa, done: Office) -> None:
    assert rpa("audit", "certificate", 9).code is Exit.NOT_FOUND


def test_without_gaps_it_is_said_that_there_are_none(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    assert "There are no gaps." in rpa("audit", "gaps").out


def test_missed_times_silence_and_lost_workers_are_gaps_from_when_to_when(rpa: Rpa, done: Office) -> None:
    desk = open_desk(load_settings(done.data))
    missed = {"schedule": "nightly", "due": "2026-11-01T02:00:00+00:00", "last": "2026-11-03T02:00:00+00:00",
              "count": 3, "why": "nobody ran"}  # fmt: skip
    lost = {"worker": "w9", "host": "pc-7", "slot": 2}
    with desk.database.transaction() as connection:
        desk.record.append(connection, "system", Event("schedule.missed", Actor(ActorKind.SCHEDULE, "nightly"),
                                                       facts=missed))  # fmt: skip
        desk.record.append(connection, "system", Event("worker.lost", Actor(ActorKind.LIBRARY, "rpa"), facts=lost))
    later = desk.clock.now() + timedelta(hours=2)

    found = gaps_in(desk.database, seal_every=timedelta(minutes=10), now=later)

    desk.close()
    assert sorted(one.kind for one in found) == ["schedule", "silence", "worker"]
    assert [one.end for one in found if one.kind == "silence"] == [later]
    said = {one.kind: one.said for one in found}
    assert said["schedule"] == "nightly was not started at 3 times due: nobody ran"
    assert said["silence"].startswith("no seal for 2 hours")
    assert said["worker"].startswith("slot 2 on pc-7 stopped without a word")


def test_nothing_is_in_doubt_when_every_write_has_its_ending(rpa: Rpa, done: Office) -> None:
    asked = rpa("audit", "doubts")

    assert asked.code is Exit.DONE
    assert "Nothing is in doubt" in asked.out


def test_a_write_without_an_ending_is_a_doubt_with_its_fields_and_the_way_to_settle_it(
    rpa: Rpa, office: Office
) -> None:
    rpa("submit", "tidy", office.list("fine"))
    begin_a_write(office)

    asked, document = rpa("audit", "doubts"), rpa("audit", "doubts", "--json").json

    assert asked.code is Exit.NEEDS_PERSON
    assert [(one["item"], one["fields"]) for one in document] == [(1, ["clinic"])]
    assert "rpa cancel 1 --why" in document[0]["settle"]
    assert "RENZZ" not in asked.out and office.numbers[0] not in asked.out


def test_a_doubt_that_a_person_decided_is_none_any_more(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    begin_a_write(office)

    rpa("cancel", 1, "--why", "put right by hand", "--by", "Tom")

    assert rpa("audit", "doubts").code is Exit.DONE


def test_readers_are_listed_newest_first_with_what_they_saw_and_why(rpa: Rpa, done: Office, tmp_path: Path) -> None:
    rpa("items", 1, "--by", "Tom")
    rpa("results", 1, "--output", tmp_path / "results.xlsx", "--by", "Ann")
    rpa("evidence", "open", "--item", 2, "--reason", "complaint", "--out", tmp_path / "x.png", "--by", "An Auditor")

    found = rpa("audit", "readers", "--json").json

    assert [(one["who"], one["done"]) for one in found if one["who"] in ("Tom", "Ann", "An Auditor")] == [
        ("An Auditor", "opened"),
        ("Ann", "took away"),
        ("Tom", "looked at"),
    ]
    assert found[0]["reason"] == "complaint"


def test_readers_of_other_days_are_left_out(rpa: Rpa, done: Office) -> None:
    rpa("items", 1, "--by", "Tom")

    before, since = rpa("audit", "readers", "--to", "2020-01-01"), rpa("audit", "readers", "--from", "2020-01-01")

    assert "Nobody looked at the record then." in before.out
    assert "Tom" in since.out


def test_a_day_that_is_none_is_refused(rpa: Rpa, done: Office) -> None:
    assert rpa("audit", "readers", "--from", "last week").code is Exit.USAGE


@pytest.mark.parametrize("command", [("story", "x"), ("certificate", "1"), ("gaps",), ("doubts",), ("readers",)])
def test_each_question_is_recorded_as_a_reading(rpa: Rpa, done: Office, command: tuple[str, ...]) -> None:
    rpa("audit", *command, "--by", "An Auditor")

    found = rpa("audit", "readers", "--json").json

    assert [one["what"].split()[0].rstrip(",") for one in found if one["who"] == "An Auditor"] == [command[0]]


def test_a_story_of_a_failure_says_what_happened_and_how_to_fix_it(rpa: Rpa, done: Office) -> None:
    told = rpa("audit", "story", done.numbers[1], "--json").json

    (failed,) = [one["said"] for one in told["lines"] if one["name"] == "item.failed"]
    assert "No patient has this number. Check it in the sheet, correct the row and send it again." in failed
