"""The list of cancer pathways on its way round: read, judged, compared with the last one, and shown to the board."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rpa.audit import Trail
from rpa.cli import run
from tests.integration.cancer.conftest import WORKFLOWS, Office, column
from tests.integration.cancer.paper import ADA, NUMBERS, pathway


def test_each_pathway_is_on_its_list_and_what_was_late_first_stands_at_the_top(office: Office) -> None:
    sheets = office.sheets(office.watch())

    lists = {name: column(sheets[name], 0) for name in ("Act now", "Soon", "No future event", "Within time")}
    assert lists == {"Act now": ["C2", "C1"], "Soon": ["C3"], "No future event": ["C4"], "Within time": ["C5"]}
    assert column(sheets["Act now"], 6) == [2, 1]
    assert column(sheets["Act now"], 9)[0] == "Book the first appointment again: it was missed, and the wait goes on."


def test_summary_counts_every_row_once(office: Office) -> None:
    rows = [*NUMBERS.items(), ("C1", ADA), ("C7", ADA), ("C8", f"{ADA[:-1]}7")]

    summary = office.sheets(office.watch(*rows))["Summary"]

    counted = {line[1]: line[2] for line in summary}
    assert counted.pop("All rows") == len(rows) == sum(counted.values())
    assert (counted["Act now"], counted["Closed since"], counted["(duplicate)"], counted["(rejected)"]) == (2, 1, 1, 1)


def test_pathway_of_another_patient_and_one_that_is_not_there_are_for_a_person(office: Office) -> None:
    lines = office.sheets(office.watch(("C5", ADA), ("C9", ADA)))["For a person"]

    assert {line[2]: line[1] for line in lines} == {"C5": "Another patient's pathway", "C9": "No such pathway"}


def test_missed_first_appointment_ends_a_pathway_only_with_a_clinicians_discharge(office: Office) -> None:
    office.pas.pathways["C2"] = replace(office.pas.pathways["C2"], clinically_discharged=True)

    sheets = office.sheets(office.watch())

    assert column(sheets["Act now"], 0) == ["C1"]
    assert "Discharged by a clinician" in column(sheets["Summary"], 1)


def test_what_changed_is_told_against_the_last_list_as_it_stood_on_its_day(office: Office) -> None:
    first = office.sheets(office.watch())["What changed"]
    office.clock.pass_by(seconds=timedelta(days=3).total_seconds())
    office.pas.pathways["C2"] = pathway("C2", office.today, referred=2)
    office.pas.pathways["C6"] = pathway("C6", office.today, referred=2)
    without = [pair for pair in NUMBERS.items() if pair[0] != "C5"]

    second = office.sheets(office.watch(*without))["What changed"]

    assert [line for line in first if line[0]] == []
    assert {line[0]: line[1] for line in second} == {
        "C2": "What was a breach is none now, or what was at risk is in time.",
        "C3": "A wait became a breach.",
        "C5": "No longer on the list.",
        "C6": "New on the list.",
    }


def test_page_of_the_board_holds_counts_and_nothing_of_a_patient(office: Office) -> None:
    page = office.page(office.watch())

    assert '<th scope="row">Act now</th><td>2</td>' in page
    assert not [one for pair in NUMBERS.items() for one in pair if one in page]


def test_few_are_hidden_where_that_is_asked_for(office: Office) -> None:
    page = office.page(office.watch(hide_few=True))

    assert '<th scope="row">Act now</th><td>under 5</td>' in page


def test_command_writes_the_page_beside_the_workbook_and_the_record_knows_both(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = office.watch()
    target, settings = office.folder / "board.xlsx", office.desk.settings
    monkeypatch.setenv("RPA_DATABASE_URL", str(settings.database))
    monkeypatch.setenv("RPA_WORKFLOWS", json.dumps([str(WORKFLOWS)]))

    code = run(["results", str(job.id), "-o", str(target), "--json", "--dir", str(settings.dir)])

    said = json.loads(capsys.readouterr().out)
    (told,) = Trail(office.desk.database).of_run(job.run, names=("results.exported",))
    assert code == 0 and Path(said["page"]) == target.with_suffix(".html") and target.with_suffix(".html").is_file()
    assert (told.facts["sha256"], told.facts["page"]) == (said["sha256"], said["page_sha256"])
