"""The workbook says in the words of who reads it where each row of the list is."""

from pathlib import Path

from openpyxl import load_workbook

from rpa.connectors.spreadsheet import write_template
from rpa.models import Job
from rpa.results import write_results
from tests.integration.cancer.conftest import Office
from tests.integration.cancer.paper import ADA, NUMBERS
from workflows._cancer_row import ListedPathway

ALL = list(NUMBERS.items())


def lines(office: Office, job: Job, sheet: str) -> list[list[str]]:
    """Return the lines of a sheet from its top, without empty cells."""
    book = load_workbook(write_results(office.desk, job.id, office.folder / "watch.xlsx"))
    return [[str(cell) for cell in row if cell is not None] for row in book[sheet].iter_rows(values_only=True)]


def test_summary_has_no_word_that_only_the_robot_knows(office: Office) -> None:
    job = office.watch(*ALL, ("C9", ADA), ("C8", f"{ADA[:-1]}7"))

    found = lines(office, job, "Summary")

    assert ["Made from", "a new list"] in found
    assert next(line for line in found if line[:1] == ["File"])[1].startswith("list.xlsx (kept copy ")
    assert next(line for line in found if "Class" in line)[:3] == ["Sheet", "Class", "Rows"]
    assert "No such pathway" in [cell for line in found for cell in line]
    assert not {"Extract", "sheet", "NO_SUCH_PATHWAY"} & {cell for line in found for cell in line}


def test_summary_names_the_row_that_stood_twice(office: Office) -> None:
    job = office.watch(*ALL, ALL[2])

    found = lines(office, job, "Summary")

    assert ["There twice", "Sheet row 8"] in found


def test_list_with_nothing_on_it_says_so(office: Office) -> None:
    job = office.watch(ALL[0])

    found = {name: lines(office, job, name)[1] for name in ("Soon", "For a person", "Rejected rows")}

    assert found == {
        "Soon": ["None: no pathway is on this list."],
        "For a person": ["None: no row is for a person."],
        "Rejected rows": ["None: every row could be read."],
    }


def test_specialty_stands_with_its_name(office: Office) -> None:
    job = office.watch(ALL[0])

    (line,) = office.sheets(job)["Act now"]

    assert line[2] == "370 Medical Oncology"


def test_template_shows_a_status_as_the_pas_has_it(tmp_path: Path) -> None:
    write_template(tmp_path / "pathways.xlsx", ListedPathway, title="Pathways", description="", reported=True)

    rows = load_workbook(tmp_path / "pathways.xlsx").worksheets[0].iter_rows(values_only=True)
    cells = {cell for row in rows for cell in row}
    assert "Open" in cells and "Text" not in cells


def test_board_is_told_of_breaches_that_were_not_read(office: Office) -> None:
    office.watch()
    office.days_pass()

    page = office.page(office.watch(("C1", f"{ADA[:-1]}7"), *ALL[1:]))

    assert "Of those not read, 1 had a wait that was a breach when they were last read." in page
