"""Taking entries out in the console: how much it is comes first, the reason is recorded, the file goes after a week."""

import csv
import html
import io
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rpa.answers.postings import Postings
from rpa.audit import Entry, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.exports_beside import Making, Wanted
from rpa.console.exports_noted import note
from rpa.console.own_process import start_beside
from rpa.db.console_tables import Role
from rpa.exports.counted import COUNT, WELL
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser
from tests.integration.console.test_record import auditor  # noqa: F401 - a fixture


def exported(browser: Browser) -> list[Entry]:
    return Trail(browser.site.desk.database).named(["record.exported"])


def take(browser: Browser, **asked: str) -> None:
    browser.open("/record/exports/new")
    browser.send("/record/exports", {"reason": "Audit IA-12", "form": "csv", **asked})


def fetched(browser: Browser) -> bytes:
    assert browser.page is not None
    found = re.search(r'href="(/record/exports/[0-9a-f]{64})"', browser.page.text)
    assert found
    return bytes(browser.client.get(found[1]).content)


def test_how_much_it_is_comes_before_the_reason(auditor: Browser, office: Office) -> None:  # noqa: F811
    number = len(Trail(auditor.site.desk.database).of_run("job-1"))
    auditor.open("/record/exports")
    empty = auditor.text
    auditor.open("/record/exports/new")
    auditor.send("/record/exports/new", job="1")
    job = auditor.text
    auditor.send("/record/exports/new", {"nhs-number": office.numbers[0]})

    assert "Nothing was taken out yet" in empty
    assert f"This export holds {number} entries about 2 cases, job 1" in job
    assert "about 1 patient" in auditor.text
    assert exported(auditor) == []
    assert auditor.page is not None
    assert office.numbers[0] not in str(auditor.page.url)


def test_what_was_taken_out_is_recorded_listed_and_fetched(auditor: Browser, office: Office) -> None:  # noqa: F811
    take(auditor, job="1")

    said = auditor.text
    rows = list(csv.reader(io.StringIO(fetched(auditor).decode("utf-8-sig"))))
    (told,) = exported(auditor)
    assert (told.actor.name, told.payload) == ("Audrey Auditor", {"reason": "Audit IA-12"})
    assert "The entries were taken out." in said
    assert "Who Audrey Auditor What" in said
    assert "Why Audit IA-12" in said
    assert len(rows) == told.facts["count"] + 1
    assert office.numbers[0] not in str(rows)
    (read,) = [one for one in Trail(auditor.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])
               if one.facts["what"] == "export"]  # fmt: skip
    assert read.facts["sha256"] == told.facts["sha256"]


def test_what_was_taken_out_is_named_once_with_the_form_of_its_file(auditor: Browser, office: Office) -> None:  # noqa: F811
    take(auditor, job="1")
    number = exported(auditor)[0].facts["count"]
    take(auditor, **{"nhs-number": office.numbers[0], "form": "pack"})
    said = auditor.text
    Postings(auditor.site.desk.database, auditor.site.desk.clock).tick()

    auditor.open("/record/readers")

    assert f"What {number} entries of job 1, as CSV Why" in said
    assert "of 1 patient, as a pack that proves itself Why" in said
    assert "What Took away: job 1 Why Audit IA-12" in auditor.text


def test_a_pack_proves_itself_away_from_here(auditor: Browser, tmp_path: Path) -> None:  # noqa: F811
    take(auditor, job="1", form="pack")

    with zipfile.ZipFile(io.BytesIO(fetched(auditor))) as pack:
        pack.extractall(tmp_path / "pack")
    checked = subprocess.run(
        [sys.executable, "verify.py"], cwd=tmp_path / "pack", capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "entries of job 1 are as they were sealed" in checked.stdout


def test_no_cell_is_taken_for_a_formula_and_details_come_only_when_asked_for(auditor: Browser) -> None:  # noqa: F811
    auditor.site.desk.queue.cancel([2], by=auditor.site.people.all()[1].actor, why="=HYPERLINK(1)")
    auditor.site.desk.sealing.tick()

    take(auditor, job="1", payloads="yes")

    cells = [cell for row in csv.reader(io.StringIO(fetched(auditor).decode("utf-8-sig"))) for cell in row]
    assert any("RENZZ" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_second_click_takes_nothing_out_again(auditor: Browser) -> None:  # noqa: F811
    take(auditor, job="1")
    take(auditor, job="1")
    take(auditor, job="1", form="jsonl")
    take(auditor, job="1", since="01/01/2026")
    take(auditor, job="1", since="01/01/2026")

    assert [(one.facts["form"], "since" in one.facts) for one in exported(auditor)] == [
        ("csv", False), ("jsonl", False), ("csv", True)
    ]  # fmt: skip


def test_nothing_is_taken_out_without_a_reason(auditor: Browser) -> None:  # noqa: F811
    take(auditor, job="1", reason="")

    assert auditor.status == 422
    assert "Enter what you need this for" in auditor.text
    assert exported(auditor) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Enter a job, a reference or an NHS number, one of the three"),
        ({"job": "1", "reference": "x"}, "one of the three"),
        ({"job": "77"}, "The record has no job of that number"),
        ({"nhs-number": "123"}, "That is not an NHS number"),
        ({"reference": "never seen"}, "The record has no such entry in that time"),
        ({"job": "1", "until": "01/01/2026"}, "The record has no such entry in that time"),
        ({"job": "1", "since": "soon"}, "Enter a day, such as 26/11/2026"),
    ],
)
def test_what_cannot_be_taken_out_says_why(auditor: Browser, asked: dict[str, str], said: str) -> None:  # noqa: F811
    auditor.open("/record/exports/new")

    auditor.send("/record/exports/new", asked)

    assert auditor.status == 422
    assert said in auditor.text


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three entries be many, so that a job of two rows is taken out beside the pages."""
    monkeypatch.setattr("rpa.console.record_sizes.MOST", 3)


def let_end(browser: Browser) -> None:
    give_up = time.monotonic() + 60
    while 'data-open="yes"' in browser.open("/record/exports/progress").text and time.monotonic() < give_up:
        time.sleep(0.05)
    browser.open("/record/exports")


@pytest.mark.usefixtures("small")
def test_much_of_a_job_is_taken_out_beside_the_pages(auditor: Browser) -> None:  # noqa: F811
    number = len(Trail(auditor.site.desk.database).of_run("job-1"))
    auditor.open("/record/exports/new")
    auditor.send("/record/exports/new", job="1")
    asked = auditor.text
    auditor.send("/record/exports", {"job": "1", "reason": "--Audit IA-12", "form": "csv"})
    begun = auditor.text

    let_end(auditor)

    assert f"These are {number} entries of job 1; a time leaves fewer." in asked
    assert "The entries are taken out now. You can close this page" in begun
    assert "Being made Job 1, for Audrey Auditor" in begun
    assert "Made Job 1, for Audrey Auditor. It is in the list" in auditor.text
    assert auditor.site.exports.last is not None
    assert auditor.site.exports.last.read == number
    assert not list(auditor.site.desk.settings.dir.glob("export-beside.*")), "nothing of it is left lying"
    (told,) = exported(auditor)
    assert (told.actor.name, told.payload) == ("Audrey Auditor", {"reason": "--Audit IA-12"})
    assert len(list(csv.reader(io.StringIO(fetched(auditor).decode("utf-8-sig"))))) == told.facts["count"] + 1


@pytest.mark.usefixtures("small")
def test_a_time_and_details_are_asked_for_beside_the_pages_as_on_them(auditor: Browser) -> None:  # noqa: F811
    take(auditor, job="1", since="01/01/2026", until="31/12/2026 23:59", payloads="yes", form="pack")

    let_end(auditor)

    (told,) = exported(auditor)
    assert (told.facts["form"], told.facts["payloads"]) == ("pack", True)
    assert (told.facts["since"], told.facts["until"]) == ("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")


@pytest.mark.usefixtures("small")
def test_why_something_is_taken_out_stands_in_no_command_line(
    auditor: Browser, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    commands: list[list[str]] = []
    real = subprocess.Popen

    def noted(command: list[str], **more: Any) -> "subprocess.Popen[str]":
        commands.append(command)
        return real(command, **more)

    monkeypatch.setattr("rpa.console.own_process.subprocess.Popen", noted)
    auditor.send("/record/exports/new", job="1")
    auditor.send("/record/exports", {"job": "1", "reason": "Complaint of Zoë Canary", "form": "csv"})

    let_end(auditor)

    (command,) = commands
    assert not [one for one in command if "Canary" in one]
    assert [one.payload for one in exported(auditor)] == [{"reason": "Complaint of Zoë Canary"}]


@pytest.mark.usefixtures("small")
def test_while_one_large_export_is_made_no_other_begins(auditor: Browser) -> None:  # noqa: F811
    auditor.site.exports.last = Making(Wanted("job 7", 90, "Somebody", ()), auditor.clock.now(), read=30)

    take(auditor, job="1")

    assert "Another large export is being made." in auditor.text
    assert "Being made Job 7, for Somebody" in auditor.text
    assert "30 of 90" in auditor.text
    assert exported(auditor) == []


@pytest.mark.usefixtures("small")
def test_a_console_that_starts_anew_knows_the_large_export_that_another_began(auditor: Browser) -> None:  # noqa: F811
    folder = auditor.site.desk.settings.dir
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        note(folder, process.pid, sought="job 7", entries=90, by="Somebody", since=auditor.clock.now())
        (folder / COUNT).write_text("30", encoding="utf-8")

        take(auditor, job="1")
        meanwhile = auditor.page.text if auditor.page else "", auditor.text
        process.kill()
    broken_off = auditor.open("/record/exports/progress").text
    (folder / COUNT).write_text(f"90 {WELL}", encoding="utf-8")
    made = auditor.open("/record/exports/progress").text

    assert "Another large export is being made." in meanwhile[1]
    assert "Being made Job 7, for Somebody" in meanwhile[1]
    assert ("30 of 90" in meanwhile[1], 'data-open="yes"' in meanwhile[0]) == (True, True)
    assert "Job 7, for Somebody: It was broken off. Take it out again" in broken_off
    assert "Made</strong> Job 7, for Somebody" in made
    assert exported(auditor) == []


def test_a_large_export_comes_although_the_console_that_began_it_is_gone(auditor: Browser) -> None:  # noqa: F811
    desk = auditor.site.desk
    process = start_beside(desk, "audit", "export", "--job=1", "--by=Audrey Auditor", "--format=csv", "--reason=-",
                           "--kept", "--progress", typed="Audit IA-12")  # fmt: skip
    for way in (process.stdout, process.stderr):  # as if it had been killed
        assert way is not None
        way.close()
    process.wait(timeout=120)

    auditor.open("/record/exports")

    assert len(exported(auditor)) == 1
    assert fetched(auditor)
    assert (desk.settings.dir / COUNT).read_text(encoding="utf-8").endswith(WELL)


@pytest.mark.usefixtures("small")
def test_a_large_export_that_fails_says_why(auditor: Browser) -> None:  # noqa: F811
    with auditor.site.desk.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE event SET body = body || ' ' WHERE run = 'job-1' AND seq = 3")
    take(auditor, job="1")

    let_end(auditor)

    assert "Not made Job 1, for Audrey Auditor: rpa: entry 3 of job-1 is not as it was written" in auditor.text
    assert exported(auditor) == []


@pytest.mark.usefixtures("small")
def test_a_large_export_that_can_not_be_started_says_so(
    auditor: Browser, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    def refused(*_: object, **__: object) -> None:
        raise OSError("no memory")

    monkeypatch.setattr("rpa.console.exports_beside.start_beside", refused)

    take(auditor, job="1")

    assert "Not made Job 1, for Audrey Auditor: No process could be started for it" in auditor.text


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("path", ["/record/exports/new", "/record/exports"])
def test_what_is_too_much_for_the_console_comes_with_its_command(
    auditor: Browser, monkeypatch: pytest.MonkeyPatch, path: str  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr("rpa.console.record_sizes.MOST_BESIDE", 4)
    auditor.open("/record/exports/new")

    auditor.send(path, job="1", since="23/11/2026", until="24/11/2026 09:30", reason="Audit IA-12", form="csv")

    assert auditor.status == 422
    assert "entries, more than can be taken out here" in auditor.text
    told = html.unescape(auditor.text)
    assert (
        "rpa audit export --job 1 --from=2026-11-23 --to=2026-11-24T09:30 '--by=Audrey Auditor' --kept --reason \"…\""
    ) in told
    assert exported(auditor) == []


@pytest.mark.usefixtures("small")
def test_much_of_a_patient_is_left_to_a_command_that_does_not_name_him(
    auditor: Browser, office: Office  # noqa: F811
) -> None:  # fmt: skip
    auditor.open("/record/exports/new")

    auditor.send("/record/exports/new", {"nhs-number": office.numbers[0]})

    assert auditor.status == 422
    assert "rpa audit export --nhs-number NUMBER" in auditor.text


def test_a_file_is_gone_after_a_week_and_the_list_still_tells_of_it(auditor: Browser) -> None:  # noqa: F811
    take(auditor, job="1")
    auditor.clock.pass_by(days=8)
    auditor.sign_in("Audrey Auditor")

    auditor.open("/record/exports")

    assert "Not here any more. SHA-256" in auditor.text
    assert "Why Audit IA-12" in auditor.text


def test_nobody_but_an_auditor_fetches_a_file(auditor: Browser) -> None:  # noqa: F811
    take(auditor, job="1")
    digest = exported(auditor)[0].facts["sha256"]
    auditor.add("Olga Operator", Role.OPERATOR)
    other = auditor.another()
    other.sign_in("Olga Operator")

    assert other.open(f"/record/exports/{digest}").status_code == 403
