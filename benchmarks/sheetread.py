"""What is measured of reading workbooks: `python -m benchmarks.sheetread MODE FOLDER`."""

from datetime import date, datetime
from pathlib import Path

from benchmarks.sheetrun import run
from rpa.connectors.spreadsheet import Limits, NHSNumber, Phone, Postcode, Row, Ubrn, column, read_table
from rpa.connectors.spreadsheet.limits import MEGABYTE

ROWS, MILLION = 100_000, 1_000_000
PATIENT = Limits(seconds=600)
"""A measure on a busy machine takes its time; a worker's own limit is 20 seconds."""
LARGE = Limits(max_bytes=1_000 * MEGABYTE, max_unpacked=4_000 * MEGABYTE, max_rows=1_100_000, max_cells=15_000_000,
               max_memory=4_000 * MEGABYTE, seconds=600)  # fmt: skip
"""A worker takes half a million rows at most."""
HEADINGS = (
    "UBRN", "NHS number", "Family name", "Given name", "Date of birth", "Phone", "Postcode", "Specialty",
    "Referral date", "Appointment time", "Visits", "Note",
)  # fmt: skip


class Referred(Row):
    """A referral, with a column of every kind."""

    ubrn: Ubrn = column("UBRN")
    nhs_number: NHSNumber = column("NHS number")
    family_name: str = column("Family name")
    given_name: str = column("Given name")
    date_of_birth: date = column("Date of birth")
    phone: Phone = column("Phone")
    postcode: Postcode = column("Postcode")
    specialty: str = column("Specialty")
    referral_date: date = column("Referral date")
    appointment_time: datetime = column("Appointment time")
    visits: int = column("Visits")
    note: str | None = column("Note", default=None)


def read(folder: Path) -> None:
    """Read rows whose every cell is checked."""
    table = read_table(folder / "referrals.xlsx", Referred, limits=PATIENT)
    assert (len(table), table.rejected) == (ROWS, ())


def read_million(folder: Path) -> None:
    """Read a million rows whose every cell is checked."""
    table = read_table(folder / "million_referrals.xlsx", Referred, limits=LARGE)
    assert (len(table), table.rejected) == (MILLION, ())


def bare(folder: Path) -> None:
    """Read unchecked cells with the parser underneath."""
    from python_calamine import CalamineWorkbook  # our own reading has it in another process

    assert len(CalamineWorkbook.from_path(folder / "referrals.xlsx").get_sheet_by_index(0).to_python()) == ROWS + 1


if __name__ == "__main__":
    run(read, read_million, bare)
