"""PIFU reviews on a running practice clinic in both skins, from the extract to the tasks and the workbook."""

from openpyxl import load_workbook

from rpa.audit import verify
from rpa.demo.clinic import Clinic, changes_between
from rpa.models import Job
from tests.acceptance.pifu.conftest import SOON, Ward
from tests.integration.reconcile.conftest import mark, read_sheet

ENDS = {
    "DUE": "task made",
    "TWICE": "task made",
    "LATER": "not due yet",
    "REVIEWED": "reviewed already",
    "DECEASED": "the patient has died",
    "DISCHARGED": "discharged since",
    "REVIEWED_SINCE": "reviewed since",
    "BOOKED": "a visit is booked",
    "STALE": "STALE",
    "ROWS_DIFFER": "ROWS_DIFFER",
}
NOT_FOR_TEAMS = {"Summary", "For a person", "Rejected rows"}


def test_dry_run_tells_what_would_be_made_and_makes_nothing(ward: Ward, planned: Job) -> None:
    endings = ward.endings(planned)

    soon = {pathway for pathway, ending in endings.items() if ending == "a task would be made"}
    assert 3 <= len(soon) < len(ward.extract.planted["DUE"])
    assert soon <= set(ward.extract.planted["DUE"]) | set(ward.extract.planted["TWICE"])
    assert "task made" not in endings.values()


def test_every_pathway_ends_as_planted(ward: Ward, done: Job) -> None:
    expected = {pathway: ENDS[kind] for kind, pathways in ward.extract.planted.items() for pathway in pathways}

    assert set(ward.extract.planted) == set(ENDS)
    assert ward.endings(done) == expected
    assert ward.desk.views.totals(done.id).balance


def test_each_patient_and_team_has_one_task_that_names_all_that_is_due(ward: Ward, done: Job) -> None:
    tables = ward.clinic.snapshot()
    by_pathway = {str(row["pathway"]): key for key, row in tables["referral"].items()}
    due = {by_pathway[name] for kind in ("DUE", "TWICE") for name in ward.extract.planted[kind]}
    wanted = {(tables["referral"][key]["patient"], tables["pifu"][key]["team"]) for key in due}

    tasks = list(tables["task"].values())

    assert sorted(map(str, wanted)) == sorted(
        str((tables["referral"][str(task["referral"])]["patient"], task["team"])) for task in tasks
    )
    text = " ".join(str(task["text"]) for task in tasks)
    assert all(text.count(f"{tables['referral'][key]['pathway']} (ends ") == 1 for key in due)
    assert max(str(task["text"]).count("(ends ") for task in tasks) == 2


def test_clinic_differs_in_the_tasks_and_in_nothing_else_and_each_was_saved_once(ward: Ward, done: Job) -> None:
    changed = {change.table for change in changes_between(ward.before, ward.clinic.snapshot())}
    saves = {row.save for row in ward.clinic.writes() if row.account == Clinic.username}

    assert changed == {"task"}
    assert len(saves) == len(ward.clinic.snapshot()["task"])
    assert [str(one.state) for one in ward.desk.views.effects(done.id)].count("made") == len(saves)
    assert verify(ward.desk.database).clean


def test_same_extract_sent_again_makes_no_task(ward: Ward, done: Job) -> None:
    before = ward.clinic.snapshot()

    endings = ward.endings(ward.send(ward.extract.path, days=SOON))

    assert list(endings.values()).count("has a task already") >= 3
    assert "task made" not in endings.values()
    assert not changes_between(before, ward.clinic.snapshot())


def test_each_team_has_a_sheet_with_all_that_is_due_in_the_order_of_its_ends(ward: Ward, done: Job) -> None:
    workbook = ward.results(done)
    teams = [name for name in load_workbook(workbook).sheetnames if name not in NOT_FOR_TEAMS]

    lines = {team: read_sheet(workbook, team, "PIFU end date") for team in teams}

    assert load_workbook(workbook).sheetnames == ["Summary", *sorted(teams), "For a person", "Rejected rows"]
    for team in lines.values():
        assert [line["PIFU end date"] for line in team] == sorted(line["PIFU end date"] for line in team)
    listed = [line["Pathway"] for team in lines.values() for line in team]
    quiet = {"LATER", "REVIEWED", "ROWS_DIFFER"}
    due = [name for kind, names in ward.extract.planted.items() if kind not in quiet for name in names]
    assert sorted(listed) == sorted(due)
    assert any(str(line["Ends"]).startswith("OVERDUE") for team in lines.values() for line in team)


def test_summary_counts_every_row_once(ward: Ward, done: Job) -> None:
    workbook = ward.results(done)

    lines = read_sheet(workbook, "Summary", "Sheet")

    (total,) = [line for line in lines if line["Class"] == "All rows"]
    assert total["Rows"] == ward.extract.rows == sum(line["Rows"] for line in lines if line["Class"] != "All rows")
    assert (total["Rejected"], total["For a person"]) == (ward.extract.rejected, 3)
    assert {line["Class"] for line in lines} >= {"Due", "Overdue", "Not due yet", "Reviewed"}
    assert {"STALE", "ROWS_DIFFER"} & {line["Class"] for line in lines} == set(), "the codes are said in words"
    facts = [(row[0], row[1]) for row in load_workbook(workbook)["Summary"].iter_rows(max_row=9, values_only=True)]
    assert ("Tasks", f"{len(ward.clinic.snapshot()['task'])} made") in facts


def test_row_marked_in_the_workbook_is_looked_up_again(ward: Ward, done: Job) -> None:
    workbook = ward.results(done)
    line = next(one for one in read_sheet(workbook, "For a person", "Item") if one["Class"] == "STALE")

    again = ward.send(mark(workbook, "For a person", line.row))

    assert [item.code for item in ward.desk.views.items(again.id)] == ["STALE"]
