"""Taking entries out in the console: how much it is comes first, the reason is recorded, the file goes after a week."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rpa.audit import Entry, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
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


def test_more_than_a_page_can_take_is_left_to_the_command(
    auditor: Browser, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr("rpa.console.record_exports.MOST", 3)
    auditor.open("/record/exports/new")

    auditor.send("/record/exports/new", job="1")

    assert auditor.status == 422
    assert "rpa audit export" in auditor.text


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
