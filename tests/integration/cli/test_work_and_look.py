"""A job from its files to its totals, by commands alone."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import update

from rpa.cli.exits import Exit
from rpa.db.tables import item
from rpa.desk import open_desk
from rpa.settings import load_settings
from rpa.states import Failure
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


def test_workflows_lists_what_the_robot_can_do(rpa: Rpa) -> None:
    found = rpa("workflows", "--json").json

    assert [(one["name"], one["files"]) for one in found] == [("tidy", ["sheet"])]


def test_a_job_is_submitted_worked_and_ends_done(rpa: Rpa, office: Office) -> None:
    submitted = rpa("submit", "tidy", office.list("fine", "fine"), "--by", "Jo Clerk", "--json")

    worked = rpa("work", "--until-idle")

    assert submitted.json["totals"]["open"] == 2
    assert worked.code is Exit.DONE
    assert "2 are done" in worked.out
    assert rpa("job", 1, "--json").json["requested_by"] == "Jo Clerk"


@pytest.mark.parametrize("slots", [0, -1, 65])
def test_work_with_a_number_of_slots_that_can_not_be_is_refused(rpa: Rpa, slots: int) -> None:
    refused = rpa("work", "--until-idle", "--slots", slots)

    assert refused.code is Exit.USAGE
    assert "Must be" in refused.err


def test_work_and_job_end_with_6_when_items_need_a_person(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody", "unreadable"))

    worked = rpa("work", "--until-idle", "--json")

    shown = rpa("job", 1, "--json")
    assert (worked.code, shown.code) == (Exit.NEEDS_PERSON, Exit.NEEDS_PERSON)
    assert shown.json["totals"] == {"rows_in": 3, "completed": 1, "failed": 1, "cancelled": 0, "rejected": 1,
                                    "duplicate": 0, "left_out": 0, "open": 0}  # fmt: skip
    assert shown.json["balance"]
    assert [one["code"] for one in shown.json["needs_person"]] == ["NO_MATCH"]


def test_the_same_files_are_one_job_unless_asked_again(rpa: Rpa, office: Office) -> None:
    sheet = office.list("fine")
    rpa("submit", "tidy", sheet)

    same = rpa("submit", "tidy", sheet, "--json").json
    rpa("work", "--until-idle")
    again = rpa("submit", "tidy", sheet, "--again", "--json").json

    assert (same["job"], same["new"]) == (1, False)
    assert (again["job"], again["new"]) == (2, True)


def test_a_dry_run_changes_nothing_and_says_what_it_would(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"), "--dry-run")

    rpa("work", "--until-idle")

    assert "1 change would be made" in rpa("job", 1).out
    assert not (office.folder / "procedures" / "appointments.json").exists()


def test_a_completed_job_has_its_run_page_by_itself(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    rpa("work", "--until-idle")

    assert "1 is done" in (office.data / "runs" / "job-1.html").read_text(encoding="utf-8")


def test_a_page_that_can_not_be_written_costs_no_item_and_is_written_by_the_next_worker(
    rpa: Rpa, office: Office
) -> None:
    page = office.data / "runs" / "job-1.html"
    rpa("submit", "tidy", office.list("fine"))
    page.mkdir(parents=True)

    worked = rpa("work", "--until-idle")
    page.rmdir()
    rpa("work", "--until-idle")

    assert worked.code == Exit.DONE
    assert "Job 1: 1 row came in. 1 is done." in worked.out
    assert page.is_file()


def test_the_page_of_a_job_that_still_waits_can_be_written(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    written = rpa("page", 1)

    assert written.code is Exit.DONE
    assert "Still working" in (office.data / "runs" / "job-1.html").read_text(encoding="utf-8")


def test_items_show_the_last_four_of_a_key_unless_asked_for_all(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    masked, full = rpa("items", 1, "--json"), rpa("items", 1, "--json", "--full")

    assert office.numbers[0] not in masked.out
    assert masked.json[0]["key"].endswith(office.numbers[0][-4:])
    assert full.json[0]["key"] == office.numbers[0]


def test_items_can_be_narrowed_to_a_state(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody"))
    rpa("work", "--until-idle")

    failed = rpa("items", 1, "--state", "failed", "--json").json

    assert [one["code"] for one in failed] == ["NO_MATCH"]


def test_results_write_the_workbook_and_the_record_says_who(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    rpa("work", "--until-idle")

    written = rpa("results", 1, "-o", office.folder / "back.xlsx", "--by", "Jo Clerk", "--json").json

    entries = rpa("audit", "show", "--job", 1, "--json").json
    assert (office.folder / "back.xlsx").is_file()
    assert [(one["actor"]["name"], one["facts"]["sha256"]) for one in entries if one["name"] == "results.exported"] == [
        ("Jo Clerk", written["sha256"])
    ]


def test_a_failed_item_is_put_back_by_number(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody"))
    rpa("work", "--until-idle")

    put_back = rpa("retry", 1, "--why", "the patient is registered now")

    assert put_back.code is Exit.DONE
    assert rpa("job", 1, "--json").json["totals"]["open"] == 1


def test_job_that_was_sent_by_mistake_is_taken_back_whole(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "fine", "fine"))

    taken = rpa("cancel", "--job", 1, "--why", "the wrong file", "--json").json

    assert taken["moved"] == 3
    assert rpa("job", 1, "--json").json["totals"]["cancelled"] == 3


def test_job_that_is_stopped_keeps_what_failed(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody", "fine", "bug"))
    rpa("work", "--until-idle")
    rpa("retry", 3, "--why", "once more")

    stopped = rpa("cancel", "--job", 1, "--waiting", "--why", "sent by mistake", "--json").json

    assert stopped == {"moved": 1}
    totals = rpa("job", 1, "--json").json["totals"]
    assert (totals["completed"], totals["failed"], totals["cancelled"], totals["open"]) == (1, 1, 1, 0)


def test_rows_of_a_job_that_may_have_written_already_are_retried_only_when_somebody_has_looked(
    rpa: Rpa, office: Office
) -> None:
    rpa("submit", "tidy", office.list("nobody", "nobody", "fine"))
    rpa("work", "--until-idle")
    with closing(open_desk(load_settings(office.data))) as desk, desk.database.transaction() as connection:
        connection.execute(update(item).where(item.c.id == 2).values(failure=Failure.IN_DOUBT))

    first = rpa("retry", "--job", 1, "--why", "the list was put right", "--json").json
    refused = rpa("retry", "--job", 1, "--why", "again")
    second = rpa("retry", "--job", 1, "--why", "I have looked", "--also-doubtful", "--json").json

    assert (first["items"], second["items"]) == ([1], [2])
    assert refused.code is Exit.USAGE
    assert "1 item of job 1 may have written already" in refused.err


def test_what_is_left_out_of_a_retry_is_told_of(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody", "nobody"))
    rpa("work", "--until-idle")
    with closing(open_desk(load_settings(office.data))) as desk, desk.database.transaction() as connection:
        connection.execute(update(item).where(item.c.id == 2).values(failure=Failure.IN_DOUBT))

    done = rpa("retry", "--job", 1, "--why", "the list was put right").out

    assert "1 item back in the queue" in done
    assert "1 item left out, which may have written already" in done


@pytest.mark.parametrize("others", [("1",), ("--job", "1", "--code", "NO_MATCH"), ("--job", "1", "2")])
def test_only_a_whole_job_is_stopped(rpa: Rpa, office: Office, others: tuple[str, ...]) -> None:
    rpa("submit", "tidy", office.list("fine", "fine"))

    refused = rpa("cancel", *others, "--waiting", "--why", "sent by mistake")

    assert refused.code is Exit.USAGE
    assert "--waiting is for --job alone" in refused.err
    assert rpa("job", 1, "--json").json["totals"]["open"] == 2


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_job_without_such_items_is_said_to_have_none(rpa: Rpa, office: Office, command: str) -> None:
    rpa("submit", "tidy", office.list("fine"))
    rpa("work", "--until-idle")

    refused = rpa(command, "--job", 1, "--why", "not needed")

    assert refused.code is Exit.NOT_FOUND
    assert "no item of job 1" in refused.err


def test_all_failed_items_of_a_job_are_taken_back_at_once(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody", "nobody", "fine"))
    rpa("work", "--until-idle")

    taken = rpa("cancel", "--job", 1, "--why", "sent by mistake", "--json").json

    assert taken["moved"] == 2
    assert rpa("job", 1, "--json").json["totals"]["cancelled"] == 2


def test_worker_that_was_killed_is_listed_as_ended(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    desk = open_desk(load_settings(office.data))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    desk.workers.register(replace(desk.me, pid=ended.pid, process_made_at="then"))
    desk.close()

    listed = rpa("workers")

    assert "has ended without saying so" in " ".join(listed.out.split())
    assert rpa("workers", "--json").json[0]["is_gone"]


def test_jobs_are_listed_a_page_at_a_time_and_by_who_asked(rpa: Rpa, office: Office) -> None:
    for number, person in enumerate(("Jo Clerk", "Sam Clerk", "Jo Clerk")):
        rpa("submit", "tidy", office.list(*["fine"] * (number + 1)), "--by", person)

    first = rpa("jobs", "--limit", 2, "--json").json
    second = rpa("jobs", "--limit", 2, "--before", first[-1]["id"], "--json").json
    of_jo = rpa("jobs", "--asked-by", "Jo Clerk", "--open", "--json").json

    assert [one["id"] for one in first + second] == [3, 2, 1]
    assert [one["id"] for one in of_jo] == [3, 1]
    assert "There are no such jobs." in rpa("jobs", "--asked-by", "nobody").out


def test_problems_tells_what_holds_up_most_rows_over_all_jobs(rpa: Rpa, office: Office) -> None:
    others = replace(office, numbers=office.numbers[5:])
    rpa("submit", "tidy", office.list("nobody", "fine", "bug"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    rpa("submit", "tidy", others.list("fine", "nobody"), "--by", "Sam Clerk")
    rpa("work", "--until-idle")

    found = rpa("problems", "--json")
    of_sam = rpa("problems", "--asked-by", "Sam Clerk", "--json").json
    technical = rpa("problems", "--kind", "system")

    assert found.code is Exit.NEEDS_PERSON
    assert [(one["code"], one["items"], one["jobs"]) for one in found.json] == [
        ("NO_MATCH", 2, 2),
        ("UNEXPECTED", 1, 1),
    ]
    assert found.json[0]["how_to_fix"] == "Check it in the sheet, correct the row and send it again."
    assert [(one["code"], one["items"]) for one in of_sam] == [("NO_MATCH", 1)]
    assert "UNEXPECTED" in technical.out and "NO_MATCH" not in technical.out
    assert rpa("problems", "--workflow", "other").code is Exit.DONE


def test_what_is_known_of_a_cause_is_noted_shown_and_cleared(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody", "fine"))
    rpa("work", "--until-idle")
    by = ("--by", "Opal Operator")

    noted = rpa(
        "problems", "note", "tidy", "NO_MATCH", "--note", "the index is rebuilt", "--link", "https://t.example/1", *by
    )
    known = rpa("problems", "--json").json[0]["known"]
    shown = rpa("problems").out
    cleared = rpa("problems", "clear", "tidy", "NO_MATCH", *by, "--json").json

    assert noted.code is Exit.DONE
    assert (known["note"], known["link"], known["by"]) == (
        "the index is rebuilt",
        "https://t.example/1",
        "Opal Operator",
    )
    assert "tidy, NO_MATCH: the index is rebuilt https://t.example/1 (Opal Operator" in shown
    assert cleared == [{"workflow": "tidy", "kind": "business", "code": "NO_MATCH"}]
    assert rpa("problems", "--json").json[0]["known"] is None
    told = rpa("audit", "find", "--person", "Opal Operator", "--json").json["entries"]
    assert [(one["name"], one["facts"]["code"]) for one in told] == [
        ("cause.cleared", "NO_MATCH"),
        ("cause.noted", "NO_MATCH"),
    ]


def test_what_nobody_can_note_is_refused_with_a_sentence(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody"))
    rpa("work", "--until-idle")

    other = rpa("problems", "note", "tidy", "NONSENSE", "--note", "it is known")
    link = rpa("problems", "note", "tidy", "NO_MATCH", "--note", "it is known", "--link", "tickets")
    nothing = rpa("problems", "clear", "tidy", "NO_MATCH")

    assert (other.code, "no item of tidy failed with NONSENSE" in other.err) == (Exit.NOT_FOUND, True)
    assert (link.code, "begins with https://" in link.err) == (Exit.USAGE, True)
    assert (nothing.code, "nothing is noted of NO_MATCH" in nothing.err) == (Exit.NOT_FOUND, True)


def test_all_items_of_a_code_are_put_back_over_all_jobs(rpa: Rpa, office: Office) -> None:
    others = replace(office, numbers=office.numbers[5:])
    rpa("submit", "tidy", office.list("nobody", "fine", "bug"))
    rpa("submit", "tidy", others.list("fine", "nobody"))
    rpa("work", "--until-idle")

    done = rpa("retry", "--workflow", "tidy", "--code", "NO_MATCH", "--why", "the list was put right", "--json")
    again = rpa("retry", "--workflow", "tidy", "--code", "NO_MATCH", "--why", "the list was put right")
    without = rpa("retry", "--workflow", "tidy", "--why", "all of them")
    both = rpa("retry", "1", "--workflow", "tidy", "--code", "NO_MATCH", "--why", "both")

    assert done.json == {"moved": 2, "refused": []}
    assert "no item of tidy failed with NO_MATCH and is without doubt" in again.err
    assert "--workflow needs --code" in without.err
    assert "give one of these" in both.err


def test_a_machine_is_paused_and_resumed_by_command(office: Office, rpa: Rpa) -> None:
    rpa("submit", "tidy", office.list("fine"))
    desk = open_desk(load_settings(office.data))
    desk.workers.register(desk.me)

    paused = rpa("workers", "pause", desk.me.host, "--why", "it gets a new screen", "--now")
    listed = rpa("workers")
    as_json = rpa("workers", "--json").json[0]
    again = rpa("workers", "pause", desk.me.host, "--why", "again")
    resumed = rpa("workers", "resume", desk.me.host, "--why", "it has one", "--json")

    assert "ends at its next step" in paused.out
    assert "it gets a new screen" in listed.out
    assert as_json["machine_paused"]
    assert again.code == Exit.USAGE
    assert resumed.json == {"machine": desk.me.host, "paused": False}
    assert desk.machines.pauses() == {}
    desk.close()


def test_a_workflow_is_paused_and_resumed_by_command(office: Office, rpa: Rpa) -> None:
    fresh = rpa("workflows", "--json").json[0]
    rpa("submit", "tidy", office.list("fine", "fine"))

    paused = rpa("workflows", "pause", "tidy", "--why", "the screen has changed")
    listed = rpa("workflows")
    as_json = rpa("workflows", "--json").json[0]
    again = rpa("workflows", "pause", "tidy", "--why", "again")
    unknown = rpa("workflows", "pause", "tody", "--why", "a slip")
    idle = rpa("work", "--until-idle")
    waiting = rpa("job", "1", "--json").json
    resumed = rpa("workflows", "resume", "tidy", "--why", "the robot was mended", "--json")
    rpa("work", "--until-idle")

    assert not fresh["paused"]
    assert "its items wait" in paused.out
    assert "the screen has changed" in listed.out
    assert as_json["paused"]
    assert again.code == Exit.USAGE
    assert unknown.code == Exit.NOT_FOUND
    assert idle.code == Exit.DONE
    assert waiting["totals"]["open"] == 2
    assert resumed.json == {"workflow": "tidy", "paused": False}
    assert rpa("job", "1", "--json").json["totals"]["completed"] == 2


def test_commands_say_what_a_person_did_with_a_row(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("nobody", "nobody", "nobody", "fine"))
    rpa("work", "--until-idle")
    rpa("cancel", 1, "--how", "by-hand", "--why", "seen in the clinic", "--by", "Tom")
    rpa("cancel", 2, "--how", "left-out", "--why", "moved away", "--by", "Tom")
    rpa("cancel", 3, "--why", "not wanted", "--by", "Tom")

    job, items = rpa("job", 1), rpa("items", 1, "--json").json

    assert "1 is done, 1 was done by hand, 1 was left out and 1 was stopped" in " ".join(job.out.split())
    assert (rpa("job", 1, "--json").json["by_hand"], rpa("job", 1, "--json").json["put_aside"]) == (1, 1)
    assert [one["outcome"] for one in items] == ["done by hand", "left out", None, "moved"]
    assert [one["taken"] and (one["taken"]["who"], one["taken"]["why"]) for one in items] == [
        ("Tom", ""), ("Tom", "moved away"), ("Tom", ""), None
    ]  # fmt: skip
    listed = " ".join(rpa("items", 1).out.split())
    assert "Done by hand" in listed
    record = " ".join(rpa("audit", "show", "--job", 1).out.split())
    assert "Done by hand" in record
