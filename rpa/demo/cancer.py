"""The PAS's list of open cancer pathways, as it was yesterday: a sheet for the demo."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rpa.connectors.spreadsheet import ReportColumn, ReportSheet, write_report
from rpa.demo.clinic.planted import PREFIX
from rpa.demo.clinic.store import Records, opened

HEADINGS = ("Pathway", "NHS number", "Referral date", "Status")
_OPEN_YESTERDAY = (
    "SELECT r.pathway, p.nhs_number, c.referred_on FROM cancer_pathway c JOIN referral r ON r.reference = c.referral"
    " JOIN patient p ON p.reference = r.patient WHERE r.status = 'open' AND (c.closed_on IS NULL OR c.closed_on = ?)"
    " ORDER BY c.referred_on, r.pathway"
)
_NO_NUMBER = "999 000 0000"  # no check digit fits 999000000
TWICE, MISTYPED = f"{PREFIX}01", f"{PREFIX}25"
"""The pathway that stands twice in the list, and the one whose NHS number was mistyped."""

Line = tuple[str, str, date, str]


def make_cancer_list(database: Path, folder: Path) -> Path:
    """Write `cancer_pathways.xlsx` for the clinic as it is.

    One pathway stands twice, one has an NHS number that can't be right, and one has been closed since.
    """
    with opened(database) as records:
        lines = list(_lines(records))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cancer_pathways.xlsx"
    columns = [ReportColumn(heading) for heading in HEADINGS]
    write_report(path, [ReportSheet("Cancer pathways", columns, [list(line) for line in lines])])
    return path


def _lines(records: Records) -> Iterator[Line]:
    closed_on = records.one("SELECT max(closed_on) AS day FROM cancer_pathway")
    for row in records.all(_OPEN_YESTERDAY, closed_on["day"] if closed_on else None):
        number = _NO_NUMBER if row["pathway"] == MISTYPED else _spaced(row["nhs_number"])
        line = (row["pathway"], number, date.fromisoformat(row["referred_on"]), "Open")
        yield line
        if row["pathway"] == TWICE:
            yield line


def _spaced(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}"
