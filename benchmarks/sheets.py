"""Reads a workbook into typed rows, and returns one with some rows' outcomes written into it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import openpyxl
import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook

from benchmarks.figures import Figure, in_turn
from rpa import NHSNumber, Phone, Postcode, Row, Ubrn, column
from rpa.connectors.spreadsheet import RowRef, RowResult, read_table, write_return_workbook
from rpa.demo.clinic.people import nhs_numbers

ROWS, RETURNED, ROUNDS = 20_000, 1_000, 3
HEADINGS = (
    "UBRN", "NHS number", "Family name", "Given name", "Date of birth", "Phone", "Postcode", "Specialty",
    "Referral date", "Appointment time", "Visits", "Note",
)  # fmt: skip
FIRST, NINE = date(2026, 1, 5), time(9)
SAID = ("For a person", "The booking is in e-RS and not in the PAS.", "Enter it in the PAS, and choose Resubmit.")


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


def make_workbook(path: Path) -> None:
    """Write the workbook to measure on."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Referrals")
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        for number, cells in enumerate(_rows(), start=1):
            sheet.write_row(number, 0, cells)


def _rows() -> Iterator[tuple[object, ...]]:
    valid = nhs_numbers(Random(1))  # noqa: S311 - repeatable data, no secret
    for number, nhs_number in enumerate(islice(valid, ROWS)):
        day = FIRST + timedelta(days=number % 200)
        yield (
            f"{number:012d}", nhs_number, f"Test-Family-{number % 500}", f"Test-Given-{number % 90}",
            day - timedelta(days=20_000 + number % 9_000), f"020 7946 0{number % 1_000:03d}",
            f"ZZ{number % 99 + 1} 1ZZ", "303", day, datetime.combine(day, NINE) + timedelta(days=30), number % 7, "",
        )  # fmt: skip


def read_typed(book: Path) -> float:
    """Return the seconds of reading rows whose every cell is checked, in the parser's own process."""
    began = perf_counter()
    table = read_table(book, Referred)
    seconds = perf_counter() - began
    assert (len(table), table.rejected) == (ROWS, ())
    return seconds


def read_bare(book: Path) -> float:
    """Return the seconds of reading unchecked cells with the parser underneath."""
    began = perf_counter()
    cells = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    seconds = perf_counter() - began
    assert len(cells) == ROWS + 1
    return seconds


def return_ours(book: Path) -> float:
    """Return the seconds of the workbook that goes back."""
    results = [RowResult(RowRef(book.name, "Referrals", row), *SAID) for row in _returned()]
    target = book.with_name("returned.xlsx")
    began = perf_counter()
    write_return_workbook(book, target, results, job=1)
    return perf_counter() - began


def return_openpyxl(book: Path) -> float:
    """Return the seconds of writing the same cells with openpyxl."""
    began = perf_counter()
    opened = openpyxl.load_workbook(book)
    sheet = opened["Referrals"]
    for place, text in enumerate(("Outcome", "What happened", "How to fix"), start=len(HEADINGS) + 1):
        sheet.cell(1, place, text)
    for row in _returned():
        for place, text in enumerate(SAID, start=len(HEADINGS) + 1):
            sheet.cell(row, place, text)
    opened.save(book.with_name("openpyxl.xlsx"))
    return perf_counter() - began


def _returned() -> range:
    return range(2, ROWS + 2, ROWS // RETURNED)


def figures() -> list[Figure]:
    """Measure each beside its peer."""
    with TemporaryDirectory() as folder:
        book = Path(folder) / "referrals.xlsx"
        make_workbook(book)
        measures = (read_typed, read_bare, return_ours, return_openpyxl)
        found = in_turn({one.__name__: partial(one, book) for one in measures}, ROUNDS)
        _check_same_cells(book)
    size = f"{ROWS:,} x {len(HEADINGS)}"
    return [
        Figure(f"Read {size} cells into typed, checked rows", found["read_typed"], "s",
               "bare calamine, unchecked", found["read_bare"]),
        Figure(f"Return that workbook with {RETURNED:,} rows' outcomes", found["return_ours"], "s",
               "openpyxl load and save", found["return_openpyxl"]),
    ]  # fmt: skip


def _check_same_cells(book: Path) -> None:
    ours, theirs = (
        CalamineWorkbook.from_path(book.with_name(name)).get_sheet_by_index(0).to_python()
        for name in ("returned.xlsx", "openpyxl.xlsx")
    )
    assert ours == theirs
