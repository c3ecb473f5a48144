"""Look at a file before anything parses it, and refuse what can't be taken."""

from pathlib import Path

from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.exceptions import InputRefused

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"})
DELIMITED = frozenset({".csv", ".tsv", ".txt"})


def check_file(path: Path, limits: Limits) -> None:
    """Refuse what needs no look inside: missing, locked, empty, too large, or of a kind that holds no table."""
    if path.name.startswith("~$"):
        raise InputRefused(
            f"{path.name} is the lock file Excel makes while somebody has the workbook open: send {path.name[2:]}"
        )
    if not path.is_file():
        raise InputRefused(f"{path.name} is not there: expected a file")
    if path.suffix.lower() not in WORKBOOKS | DELIMITED:
        raise InputRefused(f"{path.name} is no spreadsheet: expected .xlsx, .xlsm, .xls, .xlsb, .ods or .csv")
    if (path.parent / f"~${path.name}").exists():
        raise InputRefused(f"{path.name} is open in Excel: save and close it, then send it again")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        raise InputRefused(f"{path.name} is locked or may not be read: close it, then send it again") from None
    if not size:
        raise InputRefused(f"{path.name} is empty (0 bytes): send the file again")
    if size > limits.max_bytes:
        raise InputRefused(
            f"{path.name} has {size // MEGABYTE} MB, at most {limits.max_bytes // MEGABYTE} MB are taken: "
            "send it in several files"
        )
