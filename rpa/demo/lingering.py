"""The list of referrals that somebody thinks linger: those that do, and a row for each rule that speaks against one."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from rpa.connectors.spreadsheet import ReportColumn, ReportSheet, write_report
from rpa.demo.clinic.store import Records, opened

HEADINGS = ("Referral", "NHS number", "Date of birth", "Reason")
REASON = "No contact for over a year"
_PATHWAYS = (
    "SELECT r.reference, r.pathway, p.nhs_number, p.date_of_birth FROM referral r"
    " JOIN patient p ON p.reference = r.patient WHERE "
)
_LINGER = "r.pathway LIKE 'RENL%' ORDER BY r.reference"
_BOOKED = (
    "r.reference IN (SELECT referral FROM appointment WHERE attendance_code = '0' AND starts_at > ?)"
    " ORDER BY r.reference LIMIT 1"
)
_WAITS = "r.reference IN (SELECT referral FROM waiting_list WHERE removed_on IS NULL) ORDER BY r.reference LIMIT 1"
_ON_PIFU = (
    "r.status = 'open' AND r.reference IN (SELECT referral FROM pifu WHERE ends_on > ?)"
    " AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.referral = r.reference AND a.attendance_code = '0')"
    " AND NOT EXISTS (SELECT 1 FROM referral o WHERE o.patient = r.patient AND o.status = 'open' AND o.priority = '3')"
    " ORDER BY r.reference LIMIT 1"
)
_NO_NUMBER = "999 000 0000"  # no check digit fits 999000000

Fields = Mapping[str, str]
Line = tuple[str, str, date, str]


def make_lingering_list(database: Path, folder: Path, *, today: date) -> Path:
    """Write `lingering_referrals.xlsx` for the clinic as it is.

    After the referrals that were made for it come one with an appointment to come, one on the waiting list, one on PIFU
    if there is any, one with another date of birth, one of another patient, one with no NHS number at all, and one
    without a reason.
    """
    with opened(database) as records:
        lines = list(_lines(records, today))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lingering_referrals.xlsx"
    columns = [ReportColumn(heading) for heading in HEADINGS]
    write_report(path, [ReportSheet("Referrals", columns, [list(line) for line in lines])])
    return path


def _lines(records: Records, today: date) -> Iterator[Line]:
    linger = [dict(row) for row in records.all(_PATHWAYS + _LINGER)]
    for position, row in enumerate(linger):
        yield _line(row, by="reference" if position % 2 else "pathway")
    booked, waits = records.one(_PATHWAYS + _BOOKED, today.isoformat()), records.one(_PATHWAYS + _WAITS)
    follows_up = records.one(_PATHWAYS + _ON_PIFU, today.isoformat())
    if booked is None or waits is None:
        raise LookupError("the clinic has no referral that is booked, or none that waits")
    yield _line(dict(booked))
    yield _line(dict(waits))
    if follows_up is not None:  # a small clinic may have none
        yield _line(dict(follows_up))
    first, second = linger[0], linger[1]
    yield _line({**second, "reference": "R300000", "date_of_birth": first["date_of_birth"]})
    yield _line({**second, "reference": first["reference"]})
    yield _line({**first, "nhs_number": _NO_NUMBER})
    yield (*_line(first)[:3], "-")


def _line(row: Fields, *, by: str = "reference") -> Line:
    number = row["nhs_number"]
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}" if " " not in number else number
    return row[by], spaced, date.fromisoformat(row["date_of_birth"]), REASON
