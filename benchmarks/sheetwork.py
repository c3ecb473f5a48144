"""What is measured of writing workbooks: `python -m benchmarks.sheetwork MODE FOLDER`."""

import csv
from datetime import date, datetime
from pathlib import Path

from benchmarks.sheetread import HEADINGS, MILLION, ROWS
from benchmarks.sheetrun import run
from rpa.connectors.spreadsheet import RowRef, RowResult, Value, write_return_workbook, write_rows

RETURNED = 1_000
SAID = ("For a person", "The booking is in e-RS and not in the PAS.", "Enter it in the PAS, and choose Resubmit.")


def give_back(folder: Path) -> None:
    """Write outcomes into a thousand rows of a styled workbook."""
    rows = range(2, ROWS + 2, ROWS // RETURNED)
    results = [RowResult(RowRef("referrals", "Referrals", row), *SAID) for row in rows]
    write_return_workbook(folder / "referrals.xlsx", folder / "ours.xlsx", results, job=1)


def export(folder: Path) -> None:
    """Write rows into a new workbook."""
    write_rows(folder / "export.xlsx", HEADINGS, map(row, range(ROWS)))


def export_csv(folder: Path) -> None:
    """Write the same rows into a csv file."""
    with (folder / "export.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        table.writerows(map(row, range(ROWS)))


def million(folder: Path) -> None:
    """Write a million rows."""
    write_rows(folder / "million.xlsx", HEADINGS, map(row, range(MILLION)))


def row(number: int) -> list[Value]:
    """Return a row to write."""
    return [f"{number:012d}", f"{number:010d}", f"Family-{number % 500}", f"Given-{number % 90}", date(1960, 1, 1),
            "020 7946 0123", "ZZ1 1ZZ", "303", date(2026, 1, 5), _AT, number % 7, ""]  # fmt: skip


_AT = datetime(2026, 2, 4, 9)  # noqa: DTZ001 - a cell knows no zone


if __name__ == "__main__":
    run(give_back, export, export_csv, million)
