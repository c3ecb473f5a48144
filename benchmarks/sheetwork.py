"""What is measured of spreadsheets, each in a process of its own: `python -m benchmarks.sheetwork MODE FOLDER`.

Prints the seconds a mode took and the most memory of its processes, in MB, as JSON.
"""

import csv
import json
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import perf_counter

from python_calamine import CalamineWorkbook

from rpa.connectors.spreadsheet import Limits, RowRef, RowResult, Value, read_table, write_return_workbook, write_rows

ROWS, RETURNED, MILLION = 100_000, 1_000, 1_000_000
PATIENT = Limits(seconds=600)
"""A measure on a busy machine takes its time; a worker's own limit is 20 seconds."""
HEADINGS = (
    "UBRN", "NHS number", "Family name", "Given name", "Date of birth", "Phone", "Postcode", "Specialty",
    "Referral date", "Appointment time", "Visits", "Note",
)  # fmt: skip
SAID = ("For a person", "The booking is in e-RS and not in the PAS.", "Enter it in the PAS, and choose Resubmit.")


def read(folder: Path) -> None:
    """Read rows whose every cell is checked."""
    from benchmarks.sheets import Referred  # it starts this module

    table = read_table(folder / "referrals.xlsx", Referred, limits=PATIENT)
    assert (len(table), table.rejected) == (ROWS, ())


def bare(folder: Path) -> None:
    """Read unchecked cells with the parser underneath."""
    assert len(CalamineWorkbook.from_path(folder / "referrals.xlsx").get_sheet_by_index(0).to_python()) == ROWS + 1


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


def main() -> None:
    """Run one mode."""
    modes: dict[str, Callable[[Path], None]] = {
        mode.__name__: mode for mode in (read, bare, give_back, export, export_csv, million)
    }
    began = perf_counter()
    modes[sys.argv[1]](Path(sys.argv[2]))
    seconds = perf_counter() - began
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))


if __name__ == "__main__":
    main()
