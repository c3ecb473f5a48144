"""The results workbook, read back as the people read it who work with it."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.connectors.spreadsheet import read_table
from rpa.demo.clinic.seeding import seed
from rpa.demo.extracts import Extracts, make_extracts
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.results import write_results
from rpa.results.lines import PersonLine
from tests.integration.reconcile.conftest import CLERK, Line, Office, read_sheet, today
from tests.integration.reconcile.paper import NINE, TEN, UBRN, ers, pas, shown

ENDS = ("Done", "For a person", "Rejected", "Waiting")
OTHER = "000000000002"


@pytest.fixture
def extracts(tmp_path: Path) -> Extracts:
    seed(tmp_path / "clinic.db", today=today())
    return make_extracts(tmp_path / "clinic.db", tmp_path / "extracts", today=today())


def summary(path: Path) -> list[Line]:
    return read_sheet(path, "Summary", "Extract")


def test_the_control_totals_add_up_to_the_rows_of_each_extract(office: Office, extracts: Extracts) -> None:
    lines = summary(office.results(office.submit(extracts.ers, extracts.pas)))

    for name, rows in (("e-RS extract", extracts.ers_rows), ("PAS extract", extracts.pas_rows)):
        classes = [line for line in lines if line["Extract"] == name and line["Class"] != "All rows"]
        (whole,) = [line for line in lines if line["Extract"] == name and line["Class"] == "All rows"]
        assert whole["Rows"] == rows == sum(line["Rows"] for line in classes)
        assert all(line["Rows"] == sum(line[end] for end in ENDS) for line in [*classes, whole])


def test_the_summary_names_who_asked_when_and_which_files(office: Office, extracts: Extracts) -> None:
    path = office.results(office.submit(extracts.ers, extracts.pas))

    facts = {str(row[0]): str(row[1]) for row in load_workbook(path)["Summary"].iter_rows(max_row=8, values_only=True)}
    assert facts["Asked for by"] == "A. Clerk, 23/11/2026 09:00"
    assert facts["e-RS extract"].startswith("ers_worklist.xlsx (kept copy ")


def test_sheet_on_which_no_correction_is_read_says_so(office: Office, extracts: Extracts) -> None:
    path = office.results(office.submit(extracts.ers, extracts.pas))

    note = str(load_workbook(path)["For a person"]["A2"].value)
    assert note.endswith("Nothing else on this sheet is read.")


def test_what_needs_a_person_is_sorted_by_priority_and_then_by_days_waited(office: Office, extracts: Extracts) -> None:
    lines = read_sheet(office.results(office.submit(extracts.ers, extracts.pas)), "For a person", "Item")

    ranks = {"Two week wait": 0, "Urgent": 1, "Routine": 2}
    order = [(ranks[line["Priority"]], -line["Days waited"]) for line in lines]
    assert len(order) > 20
    assert order == sorted(order)


def moved_job(office: Office) -> Job:
    office.pas.pages |= {"A1": shown(), "A2": shown(OTHER, "A2", attendance_code="4", cancelled_on=date(2026, 11, 20))}
    left = [ers(appointment_time=TEN), ers(OTHER, nhs_number="9990000026")]
    right = [pas(), pas(OTHER, nhs_number="9990000026", attendance_code="4", cancelled_on=date(2026, 11, 20))]
    job = office.submit(office.extract("Worklist", left), office.extract("Appointments", right))
    office.work()
    return job


def test_what_was_put_right_shows_before_and_after(office: Office) -> None:
    (line,) = read_sheet(office.results(moved_job(office)), "Put right", "UBRN")

    assert (line["UBRN"], line["Record"], line["Field"]) == (UBRN, "appointment A1", "Appointment time")
    assert (line["Before"], line["After"], line["Outcome"]) == (NINE, TEN, "Moved.")
    assert isinstance(line["When"], datetime)


def test_a_person_reads_what_both_systems_say_what_happened_and_how_to_fix_it(office: Office) -> None:
    (line,) = read_sheet(office.results(moved_job(office)), "For a person", "Item")

    assert (line["Class"], line["UBRN"]) == ("CANCELLED_ONE_SIDE", OTHER)
    assert line["e-RS extract"] == "Booked, 01/12/2026 09:00"
    assert line["PAS extract"] == "01/12/2026 09:00, cancelled by the provider, on 20/11/2026"
    assert line["Outcome"] == "For a person"
    assert line["What happened"].endswith("still booked in the other.")
    assert line["How to fix"].startswith("Ask the clinic")


def test_the_outcome_column_offers_resubmit(office: Office) -> None:
    page = load_workbook(office.results(moved_job(office)))["For a person"]

    (choice,) = page.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"Resubmit"', "K5")


def test_a_rejected_row_names_extract_sheet_row_and_column_but_not_the_value(office: Office) -> None:
    left = [ers(), ers(OTHER, nhs_number="12345678")]
    job = office.submit(office.extract("Worklist", left), office.extract("Appointments", [pas()]))

    (line,) = read_sheet(office.results(job), "Rejected rows", "Extract")

    assert list(line.cells.values())[:4] == ["e-RS extract", "Worklist", 3, "NHS number"]
    assert "12345678" not in str(line.cells)


def test_the_workbook_of_a_job_without_anything_for_a_person_can_be_read(office: Office) -> None:
    job = office.submit(office.extract("Worklist", [ers()]), office.extract("Appointments", [pas()]))

    lines = read_table(office.results(job), PersonLine, sheet="For a person")

    assert (len(lines), lines.rejected, lines.left_out) == (0, (), ())


def test_results_are_written_only_into_an_excel_workbook(office: Office) -> None:
    job = moved_job(office)

    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_results(office.desk, job.id, office.folder / "results.csv")


def test_the_workbook_of_a_dry_run_says_that_nothing_was_written(office: Office) -> None:
    office.pas.pages["A1"] = shown()
    files = [office.extract("Worklist", [ers(appointment_time=TEN)]), office.extract("Appointments", [pas()])]
    job = office.desk.submit("reconcile_appointments", [str(file) for file in files], by=CLERK, dry_run=True).job
    office.work()

    path = office.results(job)

    assert str(load_workbook(path)["Put right"]["A2"].value).startswith("A dry run: nothing was written.")
    assert [line["After"] for line in read_sheet(path, "Put right", "UBRN")] == [TEN]
    assert office.pas.written == []
