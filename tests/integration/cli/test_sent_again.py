"""A corrected list that is sent again: the answer says what it leaves behind."""

from openpyxl import load_workbook

from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


def test_answer_names_the_earlier_row_whose_key_was_corrected(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "nobody"))
    rpa("work", "--until-idle")
    rpa("results", 1, "-o", office.folder / "back.xlsx")
    book = load_workbook(office.folder / "back.xlsx")
    page = book.worksheets[0]
    page["A3"], page["D3"] = office.numbers[7], "Resubmit"
    book.save(office.folder / "corrected.xlsx")

    sent = rpa("submit", "tidy", office.folder / "corrected.xlsx")

    assert "1 earlier row is not in this file and still needs you: row 3." in sent.out
    assert "If what was there was wrong: rpa cancel 2 --why REASON" in sent.out
    assert office.numbers[1] not in sent.out
