"""The record by commands: what was done to whom, who looked, and whether it is as it was written."""

import json
import sqlite3

import psutil
from sqlalchemy import select

from rpa.audit import Event
from rpa.cli.exits import Exit
from rpa.db.tables import event
from rpa.desk import open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


def worked(rpa: Rpa, office: Office, *fates: str) -> None:
    rpa("submit", "tidy", office.list(*fates), "--by", "Jo Clerk")
    rpa("work", "--until-idle")


def tamper(office: Office, statement: str) -> None:
    with sqlite3.connect(office.data / "rpa.db") as connection:
        connection.execute(statement)
    connection.close()


def test_an_nhs_number_finds_what_was_changed_from_what_to_what(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine", "fine")
    number = office.numbers[0]

    entries = rpa("audit", "show", "--nhs-number", f"{number[:3]} {number[3:6]} {number[6:]}", "--json").json

    (made,) = [one for one in entries if one["name"] == "change.made"]
    assert (made["payload"]["before"], made["payload"]["after"]) == ({"clinic": None}, {"clinic": "RENZZ <b>2</b>"})
    assert {one["item"] for one in entries if one["item"]} == {1}
    assert office.numbers[1] not in str(entries)


def test_a_reference_is_found_by_the_items_key(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")

    shown = rpa("audit", "show", "--reference", office.numbers[0])

    assert shown.code is Exit.DONE
    assert "robot tidy for Jo Clerk" in shown.out
    assert "(empty) → RENZZ <b>2</b>" in shown.out


def test_a_patient_the_record_does_not_know_ends_with_3(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")

    shown = rpa("audit", "show", "--nhs-number", office.numbers[5])

    assert shown.code is Exit.NOT_FOUND
    assert office.numbers[5] not in shown.err


def test_what_is_no_nhs_number_is_refused_without_repeating_it(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")

    refused = rpa("audit", "show", "--nhs-number", "1234567890")

    assert refused.code is Exit.USAGE
    assert "1234567890" not in refused.err


def test_looking_at_a_patient_is_recorded_by_pseudonym(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    rpa("audit", "show", "--nhs-number", office.numbers[0], "--by", "An Auditor")

    entries = rpa("audit", "show", "--json").json

    (read,) = [one for one in entries if one["name"] == "record.read"]
    assert read["actor"]["name"] == "An Auditor"
    assert read["subject"].startswith("k1:")
    assert office.numbers[0] not in str(read)


def test_looking_at_items_is_recorded_in_their_job(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    rpa("items", 1, "--by", "Tom")

    entries = rpa("audit", "show", "--job", 1, "--json").json

    assert [one["actor"]["name"] for one in entries if one["name"] == "record.read"] == ["Tom"]


def test_a_whole_record_verifies(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine", "nobody", "faulty")

    checked = rpa("audit", "verify", "--json")

    assert checked.code is Exit.DONE
    assert checked.json["verified"]


def test_a_changed_entry_ends_with_4_and_is_named(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    tamper(office, "UPDATE event SET body = replace(body, 'Jo Clerk', 'Jo Clark') WHERE run = 'job-1' AND seq = 1")

    checked = rpa("audit", "verify")

    assert checked.code is Exit.RECORD_BROKEN
    assert "Entry 1 of job 1" in checked.out


def test_a_removed_run_ends_with_4_and_is_named(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    tamper(office, "DELETE FROM event WHERE run = 'job-1'")
    tamper(office, "DELETE FROM payload WHERE run = 'job-1'")
    tamper(office, "DELETE FROM chain WHERE run = 'job-1'")

    checked = rpa("audit", "verify")

    assert checked.code is Exit.RECORD_BROKEN
    assert "Entry 1 of job 1 is missing" in checked.out


def test_a_record_that_was_made_unreadable_is_said_to_be_broken_when_looked_at(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")
    tamper(office, "UPDATE event SET body = X'00' WHERE run = 'job-1' AND seq = 4")

    shown = rpa("audit", "show", "--job", 1)

    assert shown.code is Exit.RECORD_BROKEN
    assert "entry 4 of job 1" in shown.err


def test_a_write_without_an_ending_ends_with_5(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    tamper(office, "UPDATE item SET state = 'cancelled'")
    begin_without_ending(office)

    checked = rpa("audit", "verify", "--json")

    assert checked.code is Exit.RECORD_INCOMPLETE
    assert checked.json["without_ending"] == [{"run": "job-1", "item": 1}]
    assert checked.json["clean"]


def begin_without_ending(office: Office) -> None:
    """Append an intent by the record's own writer, as a worker that was killed at the worst moment leaves it."""
    desk = open_desk(load_settings(office.data))
    event = Event("change.intended", Actor(ActorKind.BOT, "tidy"), item_id=1, facts={"effect": 1})
    with desk.database.transaction() as connection:
        desk.record.append(connection, "job-1", event)
    desk.close()


def test_who_signed_in_with_which_version_is_shown(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    desk = open_desk(load_settings(office.data))
    facts = {"system": "pas", "credential": "pas-robot", "version": "3", "found_in": "keyring"}
    with desk.database.transaction() as connection:
        said = Event("session.signed_in", Actor(ActorKind.LIBRARY, "rpa"), facts=facts)
        desk.record.append(connection, "system", said)
    desk.close()

    shown = " ".join(rpa("audit", "show").out.split())

    assert all(word in shown for word in ("Signed in: pas,", "pas-robot,", "version 3"))


def test_only_the_newest_entries_are_shown_and_said_to_be_so(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine", "fine")
    of_job = rpa("audit", "show", "--job", "1", "--json").json

    cut = rpa("audit", "show", "--job", "1", "--limit", "3")

    assert len(of_job) > 3
    assert "These are the newest 3; add --limit to see more." in cut.out
    assert rpa("audit", "show", "--job", "1", "--limit", "3", "--json").json == of_job[-3:]
    assert "newest" not in rpa("audit", "show", "--job", "1").out


def test_entry_says_which_account_wrote_it_whatever_name_was_given(rpa: Rpa, office: Office) -> None:
    worked(rpa, office, "fine")

    desk = open_desk(load_settings(office.data))
    with desk.database.reading() as connection:
        (body,) = connection.execute(select(event.c.body).where(event.c.name == "job.submitted")).scalars()
    desk.close()

    assert json.loads(bytes(body))["actor"]["name"] == "Jo Clerk"
    assert json.loads(bytes(body))["origin"]["account"] == psutil.Process().username()
