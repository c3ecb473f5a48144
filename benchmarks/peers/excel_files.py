"""RPA.Excel.Files of the package `rpaframework`, in an environment of its own: `excel_files.py MODE FOLDER`.

Prints the seconds a mode took and the most memory of the process, in MB, as JSON.
"""

import json
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from time import perf_counter

from RPA.Excel.Files import Files

RETURNED = 1_000
SAID = ("For a person", "The booking is in e-RS and not in the PAS.", "Enter it in the PAS, and choose Resubmit.")


def read(folder: Path) -> None:
    """Read every cell of a sheet."""
    files = Files()
    files.open_workbook(str(folder / "referrals.xlsx"))
    assert len(files.read_worksheet()) > RETURNED


def give_back(folder: Path) -> None:
    """Write three cells into a thousand rows of a styled workbook."""
    files = Files()
    files.open_workbook(str(folder / "referrals.xlsx"))
    rows = len(files.read_worksheet())
    for row in range(2, rows, rows // RETURNED):
        for place, text in enumerate(SAID, start=13):
            files.set_cell_value(row, place, text)
    files.save_workbook(str(folder / "theirs.xlsx"))


def export(folder: Path) -> None:
    """Write rows into a new workbook."""
    rows = [_row(number) for number in range(100_000)]
    files = Files()
    files.create_workbook(str(folder / "export.xlsx"), fmt="xlsx")
    files.append_rows_to_worksheet(rows)
    files.save_workbook()


def _row(number: int) -> Sequence[object]:
    return [f"{number:012d}", f"{number:010d}", f"Family-{number % 500}", f"Given-{number % 90}", date(1960, 1, 1),
            "020 7946 0123", "ZZ1 1ZZ", "303", date(2026, 1, 5), _AT, number % 7, ""]  # fmt: skip


_AT = datetime(2026, 2, 4, 9)  # noqa: DTZ001 - a cell knows no zone


def main() -> None:
    """Run one mode."""
    modes: dict[str, Callable[[Path], None]] = {"read": read, "return": give_back, "export": export}
    began = perf_counter()
    modes[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({"seconds": perf_counter() - began, "megabytes": _own_peak() / 1024}))


def _own_peak() -> int:
    """Return the most memory this process held, in KB; what `getrusage` says counts what its starter held as well."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text().partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
