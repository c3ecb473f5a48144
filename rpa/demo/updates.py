"""Makes a sheet of news about patients of the clinic, with every edge of the rules by which records are updated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from rpa.demo.clinic import Clinic
from rpa.demo.clinic.patients import spaced
from rpa.demo.clinic.protected import DIED, SENSITIVE

HEADINGS = {
    "NHS number": 16, "Date of birth": 14, "Field": 20, "Present value": 34, "New value": 34, "Source of the news": 40
}  # fmt: skip
NO_NUMBER = "999 000 0000"  # no check digit fits 999000000
REJECTED, DUPLICATE = "Rejected", "Duplicate"

Record = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class News:
    """One row of the sheet, and how it should end."""

    about: Record
    field: str
    present: str | None
    new: str | None
    told_by: str
    ends: str
    """The outcome's first words, the code of what is for a person, or what became of a row that is no case."""
    born: str | None = None
    """Another date of birth than the patient's."""
    number: str | None = None
    """Another NHS number than the patient's."""

    @property
    def cells(self) -> Sequence[str | date | None]:
        """The cells, in the order of the headings."""
        born = date.fromisoformat(self.born or str(self.about["date_of_birth"]))
        number = self.number or spaced(str(self.about["nhs_number"]))
        return number, born, self.field, self.present, self.new, self.told_by


def make_update_sheet(clinic: Clinic, folder: Path) -> Sequence[News]:
    """Write `patient_updates.xlsx` and return its rows; the first stands in row 2.

    Telephone numbers are from the ranges that are kept for drama and never given out.
    """
    rows = [*_written(clinic), *_for_a_person(clinic), *_not_taken(clinic)]
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise TypeError("a new workbook has no sheet")
    page.title = "News"
    for place, (heading, width) in enumerate(HEADINGS.items(), 1):
        cell = page.cell(1, place, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", "0B4F6C")
        page.column_dimensions[cell.column_letter].width = width
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row.cells, 1):
            page.cell(number, place, value).number_format = "dd/mm/yyyy" if isinstance(value, date) else "@"
    page.freeze_panes = "A2"
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / "patient_updates.xlsx")
    return rows


def _ordinary(clinic: Clinic) -> list[Record]:
    patients = [one for one in clinic.snapshot()["patient"].values() if one["sensitive"] == "N"]
    return [one for one in patients if one["date_of_death"] is None and one["mobile"] and one["email"]]


def _written(clinic: Clinic) -> Iterator[News]:
    a, b, c, d, e = _ordinary(clinic)[:5]
    without = next(one for one in clinic.snapshot()["patient"].values() if one["mobile"] is None)
    yield News(a, "Phone", str(a["phone"]).replace(" ", ""), "+44 1632 960 971", "Patient rang the clinic", "updated")
    yield News(a, "Town", str(a["town"]).upper(), "Port Example", "Patient rang the clinic", "updated")
    yield News(b, "Postcode", b["postcode"], "zz12 9zz", "Letter of the patient", "updated")
    yield News(c, "Postcode", "ZZ1 1ZZ", str(c["postcode"]).lower().replace(" ", ""), "GP's letter", "already right")
    yield News(d, "Mobile", d["mobile"], "(none)", "The number belongs to somebody else now", "updated")
    yield News(without, "Mobile", "N/A", "07700 900 971", "Asked at the desk", "updated")
    yield News(e, "Preferred contact", _other(e), str(e["preferred_contact"]), "Form at the desk", "already right")
    yield News(e, "Email", str(e["email"]).upper(), "new.address@example.org", "Form at the desk", "updated")
    yield News(e, "Email", e["email"], "New.Address@example.org", "The same form, typed twice", DUPLICATE)


def _for_a_person(clinic: Clinic) -> Iterator[News]:
    a, b, c, d, e = _ordinary(clinic)[5:10]
    patients = clinic.snapshot()["patient"]
    died, sensitive = patients[DIED], patients[SENSITIVE]
    yield News(a, "Phone", "01632 000 000", "01632 960 972", "An old list", "CONFLICT")
    yield News(b, "Address", b["address"], "1 Sample Street", "Letter", "NO_MATCH", born=a["date_of_birth"])
    yield News(c, "Family name", c["family_name"], "Newname", "Marriage certificate", "PROTECTED_FIELD")
    yield News(c, "Date of death", None, "01/03/2026", "A neighbour rang", "PROTECTED_FIELD")
    yield News(d, "Phone", d["phone"], "01632 960 973", "Patient rang", "TWO_VALUES")
    yield News(d, "Phone", d["phone"], "01632 960 974", "Patient's daughter rang", "TWO_VALUES")
    yield News(sensitive, "Phone", sensitive["phone"], "01632 960 975", "Patient rang", "SENSITIVE_RECORD")
    yield News(died, "Phone", died["phone"], "01632 960 976", "Spine trace", "DECEASED")
    yield News(e, "Sensitive", "No", "Yes", "The ward asked for it", "PROTECTED_FIELD")


def _not_taken(clinic: Clinic) -> Iterator[News]:
    a = _ordinary(clinic)[10]
    yield News(a, "Phone", a["phone"], "ask her sister", "Note on a form", REJECTED)
    yield News(a, "Mobile", a["mobile"], "01632 960 977", "A landline in the wrong box", REJECTED)
    yield News(a, "Email", a["email"], None, "Nothing was filled in", REJECTED)
    yield News(a, "Postcode", a["postcode"], "N/A", "Form", REJECTED)
    yield News(a, "GP", None, "Dr Teaspoon", "Not a field of this sheet", REJECTED)
    yield News(a, "Town", a["town"], "Mockford", "A mistyped NHS number", REJECTED, number=NO_NUMBER)


def _other(patient: Record) -> str:
    return next(one for one in ("Letter", "Phone", "Email") if one.lower() != patient["preferred_contact"])
