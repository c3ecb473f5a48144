"""The template of the workflow, filled in as a person does, is read as it was meant."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from rpa.connectors.spreadsheet import read_table, write_template
from tests.integration.updates.paper import ADA, BORN
from workflows._updates import UpdateRow


def test_filled_template_is_read_and_its_example_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "updates.xlsx"
    write_template(path, UpdateRow, title="Update patient records", description="")
    book = load_workbook(path)
    book.worksheets[0].append([ADA, BORN, "Preferred contact", "Letter", "Email", "Patient rang"])
    book.worksheets[0].append(["999 000 0026", "31/01/1970", "mobile", None, 7700900123, "Form"])
    book.save(path)

    table = read_table(path, UpdateRow)

    assert [(row.nhs_number, row.date_of_birth, row.field, row.present_value, row.new_value) for row in table] == [
        (ADA, date(1970, 1, 31), "Preferred contact", "letter", "email"),
        ("9990000026", date(1970, 1, 31), "Mobile", None, "07700900123"),
    ]
    assert table.warnings == ("the example row of the template was passed over",)


def test_template_offers_the_fields_and_the_ways_of_contact(tmp_path: Path) -> None:
    path = tmp_path / "updates.xlsx"
    write_template(path, UpdateRow, title="Update patient records", description="")

    page = load_workbook(path).worksheets[0]

    rules = {str(one.sqref).split(":")[0]: one.formula1 for one in page.data_validations.dataValidation}
    assert "Preferred contact" in rules["C2"] and "Date of death" in rules["C2"]
    assert rules["E2"].startswith('IF($C2="Sensitive"') and 'IF($C2="Preferred contact"' in rules["E2"]
