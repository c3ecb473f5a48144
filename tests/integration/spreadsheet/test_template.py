"""The template of a row class: what it shows, and that nothing in it is ever done or lost."""

from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from rpa.connectors.spreadsheet import (
    NHSNumber,
    Phone,
    Postcode,
    Row,
    Ubrn,
    UkDate,
    UkDateTime,
    column,
    read_table,
    write_template,
)

REASONS = tuple(f"Reason number {number} of a list that is long, with a comma" for number in range(1, 31))


class Clinic(Enum):
    NORTH = "North"
    SOUTH = "South"


class Everything(Row):
    nhs_number: NHSNumber = column("NHS number", "NHS no", note="The patient's own.")
    booking: Ubrn = column("UBRN")
    phone: Phone = column("Phone")
    postcode: Postcode = column("Postcode")
    born: UkDate = column("Date of birth")
    starts: UkDateTime = column("Appointment")
    clock: time = column("Time")
    clinic: Clinic = column("Clinic")
    reason: Literal[REASONS] = column("Reason")  # type: ignore[valid-type]
    agreed: bool = column("Agreed")
    weeks: int = column("Weeks", example=6)
    share: float = column("Share")
    remark: str | None = column("Remark", default=None)
    source_of_news: str = column("Source", default="letter", required=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "template.xlsx"
    write_template(target, Everything, title="Update records", description="Updates a record.\nNever a name.")
    return target


def written(path: Path, *rows: dict[str, Any]) -> Path:
    """Fill a template in as a person does, below its example."""
    book = load_workbook(path)
    page = book.worksheets[0]
    places = {str(cell.value): place for place, cell in enumerate(page[1], 1)}
    for number, row in enumerate(rows, 3):
        for heading, value in row.items():
            page.cell(number, places[heading], value)
    book.save(path)
    return path


def example(path: Path) -> dict[str, Any]:
    page = load_workbook(path).worksheets[0]
    return {str(heading.value): cell.value for heading, cell in zip(page[1], page[2], strict=True)}


def format_of(page: Worksheet, place: int) -> str:
    """Return the format of a column's empty cells; openpyxl knows neighbours of one format as one."""
    return next(
        one.number_format for one in page.column_dimensions.values() if (one.min or 0) <= place <= (one.max or 0)
    )


def test_example_is_never_done(path: Path) -> None:
    table = read_table(path, Everything)

    assert (table.rows, table.rejected, table.left_out) == ((), (), ())
    assert table.warnings == ("the example row of the template was passed over",)


def test_every_example_is_a_row_that_would_be_taken(path: Path) -> None:
    row = {name: value for name, value in example(path).items() if name not in ("Outcome", "What happened")}

    table = read_table(written(path, row), Everything)

    assert table.rejected == ()
    (read,) = table.rows
    assert (read.nhs_number, read.booking, read.postcode) == ("9990000018", "000000000012", "ZZ99 3WZ")
    assert (read.born, read.starts) == (date(2026, 3, 4), datetime(2026, 3, 4, 9, 30))  # noqa: DTZ001
    assert (read.clinic, read.reason, read.agreed, read.weeks) == (Clinic.NORTH, REASONS[0], True, 6)


def test_row_written_over_the_example_is_rejected_and_not_lost(path: Path) -> None:
    book = load_workbook(path)
    book.worksheets[0]["K2"] = 7
    book.save(path)

    table = read_table(path, Everything)

    assert table.rows == ()
    assert [str(one) for one in table.rejected[0].problems] == [
        "Outcome says 'Example', so the row would not be done: clear that cell"
    ]


def test_row_written_over_the_example_is_done_once_its_outcome_is_cleared(path: Path) -> None:
    book = load_workbook(path)
    page = book.worksheets[0]
    page["K2"] = 7
    page.cell(2, [cell.value for cell in page[1]].index("Outcome") + 1).value = None
    book.save(path)

    assert [row.weeks for row in read_table(path, Everything)] == [7]


def test_identifiers_keep_their_zeros_as_text(path: Path) -> None:
    page = load_workbook(path).worksheets[0]

    formats = {str(cell.value): format_of(page, place) for place, cell in enumerate(page[1], 1)}

    assert {formats[name] for name in ("NHS number", "UBRN", "Phone", "Remark")} == {"@"}
    assert (formats["Date of birth"], formats["Appointment"]) == ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")


def test_choices_are_drop_downs_also_where_they_are_many(path: Path) -> None:
    book = load_workbook(path)

    rules = {str(one.sqref).rstrip("0123456789").split(":")[0][0]: one.formula1
             for one in book.worksheets[0].data_validations.dataValidation}  # fmt: skip

    assert rules == {"H": '"North,South"', "I": "Lists!$B$1:$B$30", "J": '"Yes,No"'}
    assert [cell.value for cell in book["Lists"]["B"]] == list(REASONS)
    assert book["Lists"].sheet_state == "hidden"


def test_what_a_cell_offers_depends_on_another_and_anything_else_is_taken(tmp_path: Path) -> None:
    class Wish(Row):
        clinic: Clinic = column("Clinic")
        wish: str = column("Wish", offers=("clinic", {"North": ("Tea", "Water"), "South": ("Coffee",)}))

    write_template(tmp_path / "wishes.xlsx", Wish, title="Wishes", description="")

    book = load_workbook(tmp_path / "wishes.xlsx")
    offered = next(one for one in book.worksheets[0].data_validations.dataValidation if "B2" in one.sqref)
    assert offered.formula1 == 'IF($A2="South",Lists!$C$1:$C$1,IF($A2="North",Lists!$B$1:$B$2,""))'
    assert not offered.showErrorMessage
    assert [[cell.value for cell in line] for line in book["Lists"]["A1:C2"]] == [
        ["North", "Tea", "Coffee"],
        ["South", "Water", None],
    ]


def test_notes_explain_each_column_in_plain_words(path: Path) -> None:
    notes = list(load_workbook(path)["Notes"].iter_rows(values_only=True))

    told = {row[0]: row for row in notes}
    assert told["NHS number"][1:3] == (
        "The patient's own. An NHS number: ten digits; spaces and hyphens do no harm.",
        "No",
    )
    assert told["NHS number"][4] == "NHS no"
    assert told["Remark"][2] == "Yes"
    assert told["Source"][2] == "The whole column may be left out"
    assert [row[0] for row in notes[:3]] == ["Update records", "Updates a record.", "Never a name."]


def test_same_class_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"

    write_template(again, Everything, title="Update records", description="Updates a record.\nNever a name.")

    assert again.read_bytes() == path.read_bytes()


def test_outcome_example_in_a_sheet_of_somebody_else_is_no_reason_to_pass_over_a_row(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["NHS number", "Outcome", "What happened", "How to fix"])
    page.append(["999 000 0026", "Example", "", ""])
    book.save(tmp_path / "sent.xlsx")

    class Short(Row):
        nhs_number: NHSNumber = column("NHS number")

    table = read_table(tmp_path / "sent.xlsx", Short)

    assert len(table.rejected) == 1


@pytest.mark.parametrize(("reported", "words"), [(False, "when the sheet comes back"), (True, "a workbook of its own")])
def test_notes_say_where_the_results_will_be(tmp_path: Path, reported: bool, words: str) -> None:
    target = tmp_path / "template.xlsx"

    write_template(target, Everything, title="Update", description="Updates.", reported=reported)

    assert words in str([row[0].value for row in load_workbook(target)["Notes"].iter_rows(max_row=8)])
