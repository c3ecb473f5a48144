"""`rpa template`: from an empty sheet to a job."""

from openpyxl import load_workbook

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


def test_template_filled_in_is_a_job_of_the_rows_below_the_example(rpa: Rpa, office: Office) -> None:
    path = office.folder / "empty.xlsx"
    made = rpa("template", "tidy", "-o", path)
    book = load_workbook(path)
    book.worksheets[0].append([office.numbers[0], "fine", "Routine"])
    book.save(path)

    submitted = rpa("submit", "tidy", path, "--by", "Jo Clerk", "--json")

    assert made.code is Exit.DONE
    assert "its sheet Notes explains each column" in made.out
    assert submitted.json["totals"]["rows_in"] == 1


def test_nothing_is_written_over(rpa: Rpa, office: Office) -> None:
    path = office.folder / "empty.xlsx"
    path.write_bytes(b"mine")

    refused = rpa("template", "tidy", "-o", path)

    assert refused.code is Exit.USAGE
    assert path.read_bytes() == b"mine"


def test_file_that_the_workflow_does_not_take_is_named_with_those_it_takes(rpa: Rpa, office: Office) -> None:
    refused = rpa("template", "tidy", "--input", "extract", "-o", office.folder / "empty.xlsx")

    assert refused.code is Exit.USAGE
    assert "tidy takes no file 'extract', expected one of: sheet" in refused.err
