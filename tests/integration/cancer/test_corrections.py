"""What a person corrects on the sheet For a person is read, or refused with a sentence; it is never ignored."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from rpa.exceptions import UsageError
from rpa.results import write_results
from tests.integration.cancer.conftest import Office, column
from tests.integration.cancer.paper import ADA, EMIL, FAY, NUMBERS

ALL = list(NUMBERS.items())


def test_nhs_number_corrected_on_the_sheet_is_read(office: Office) -> None:
    first = office.watch(("C5", ADA), *ALL[:4])

    again = office.send_corrected(first, "C5", NHS_number=EMIL)

    sheets = office.sheets(again)
    assert (column(sheets["Within time"], 0), sheets["For a person"]) == (["C5"], [])
    (item,) = office.desk.views.items(again.id)
    assert (item.id, item.data["nhs_number"]) in [(one.id, EMIL) for one in office.desk.views.items(first.id)]
    assert office.sheets(first)["For a person"] == []


def test_pathway_number_corrected_on_the_sheet_is_read(office: Office) -> None:
    first = office.watch(("C55", EMIL), *ALL[:4])

    again = office.send_corrected(first, "C55", Pathway="C5")

    assert column(office.sheets(again)["Within time"], 0) == ["C5"]


def test_row_that_was_put_right_in_the_pas_is_the_same_item_again(office: Office) -> None:
    first = office.watch(("C5", ADA), *ALL[:4])
    office.pas.pathways["C5"] = replace(office.pas.pathways["C1"], pathway="C5")

    again = office.send_corrected(first, "C5")

    assert column(office.sheets(again)["Act now"], 0) == ["C5"]


def test_correction_that_can_not_be_read_is_refused_with_its_row_and_without_its_value(office: Office) -> None:
    first = office.watch(("C5", ADA), *ALL[:4])

    with pytest.raises(UsageError, match=r"sheet For a person, row 5: NHS number .*correct it there") as refused:
        office.send_corrected(first, "C5", NHS_number=f"{EMIL[:-1]}1")

    assert EMIL[:-1] not in str(refused.value)
    assert len(office.desk.views.jobs()) == 1


def test_sheet_says_where_a_correction_belongs_and_does_not_contradict_how_to_fix(office: Office) -> None:
    job = office.watch(("C5", ADA), ("C9", FAY))

    book = load_workbook(write_results(office.desk, job.id, office.folder / "watch.xlsx"))

    sheet = book["For a person"]
    assert "in the system or here in the columns Pathway, NHS number, Referral date. Then choose Resubmit" in str(
        sheet["A2"].value
    )
    fixes = [str(cell.value) for row in sheet.iter_rows(min_row=5) for cell in row if cell.value]
    assert not [one for one in fixes if "send the list again" in one or "send it again" in one]
