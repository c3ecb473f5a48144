"""Makes the two extracts of the main job, with every class of difference and every kind of cell a sheet brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random

from rpa.demo.cells import HEADING_ROW, Sheet, write_extract
from rpa.demo.clinic.store import Author, Records, opened
from rpa.demo.differences import Cells, Differences, fresh_ubrn, other_time, plant

ERS = Sheet("Worklist", "e-RS worklist and booked appointments", first_column=2)
PAS = Sheet("Appointments", "PAS appointments")

BAD_ERS: Sequence[tuple[str, str | None]] = (
    ("NHS number", "999 000 0000"),  # no check digit fits 999000000
    ("Referral date", "31/02/2026"),
    ("UBRN", None),
)
BAD_PAS: Sequence[tuple[str, str | None]] = (
    ("Appointment time", "to be confirmed"),
    ("NHS number", "99912345"),
    ("NHS number", None),
    ("Referral date", "last Tuesday"),
)


@dataclass(frozen=True, slots=True)
class PlantedRejection:
    """A cell that can't be read: which extract, the row as Excel numbers it, and the heading of its column."""

    extract: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Extracts:
    """The two files, and the right answers about them.

    `planted` has the UBRNs of each class, with those that agree under `MATCHED`. Those under `STALE` look like
    `TIME_DIFFERS` until their appointment is opened in the clinic, where it was changed after the extract. Of a
    `FALLBACK_MATCH` it has the UBRN in the e-RS extract. A UBRN stands once, however many rows it has.
    """

    ers: Path
    pas: Path
    planted: Mapping[str, tuple[str, ...]]
    rejected: tuple[PlantedRejection, ...]
    ers_rows: int
    pas_rows: int
    hidden_rows: int


def make_extracts(database: Path, folder: Path, *, today: date, random_seed: int = 1) -> Extracts:
    """Write both extracts of the clinic as it is, then change in the clinic what is to be stale.

    The bad rows are extra ones, with UBRNs that the other extract doesn't have.
    """
    random = Random(random_seed)  # noqa: S311 - repeatable data, no secret
    with opened(database) as records:
        made = plant(records, today=today, random=random)
        rejected = (*_spoil(made.ers, "ers", ERS, random), *_spoil(made.pas, "pas", PAS, random))
        folder.mkdir(parents=True, exist_ok=True)
        ers, pas = folder / "ers_worklist.xlsx", folder / "pas_appointments.xlsx"
        write_extract(ers, ERS, made.ers, random=random, hidden=_matched(made, made.ers))
        write_extract(pas, PAS, made.pas, random=random, hidden=_matched(made, made.pas))
        _drift(records, made)
    planted = {kind: tuple(sorted(ubrns)) for kind, ubrns in sorted(made.planted.items())}
    return Extracts(ers, pas, planted, rejected, len(made.ers), len(made.pas), hidden_rows=2)


def _drift(records: Records, made: Differences) -> None:
    # What a clerk would do between the extract and the bot.
    at = datetime.combine(made.today, time(8), UTC)
    rows = {str(row["UBRN"]): row for row in made.pas}
    for number, ubrn in enumerate(made.planted["STALE"]):
        visit = records.one("SELECT reference FROM appointment WHERE ubrn = ?", ubrn)
        if visit is None:
            raise LookupError(f"the clinic has no appointment with the UBRN {ubrn!r}")
        what, values = _clerk(made, rows[ubrn], cancels=number == 1)
        with records.transaction():
            records.save("appointment", visit["reference"], values, author=Author("clerk", what, at))


def _clerk(made: Differences, row: Cells, *, cancels: bool) -> tuple[str, dict[str, str | None]]:
    if not cancels:
        return "moved appointment", {"starts_at": other_time(made, row).isoformat("T", "minutes")}
    day, reason = made.today.isoformat(), "Patient rang this morning"
    return "cancelled appointment", {"attendance_code": "2", "cancelled_on": day, "cancel_reason": reason}


def _spoil(rows: list[Cells], extract: str, sheet: Sheet, random: Random) -> list[PlantedRejection]:
    found = []
    for number, (column, bad) in enumerate(BAD_ERS if extract == "ers" else BAD_PAS):
        position = (number + 1) * len(rows) // 5
        rows.insert(position, {**rows[position], "UBRN": fresh_ubrn(random), column: bad})
        found.append(PlantedRejection(extract, sheet.name, HEADING_ROW + 1 + position, column))
    return found


def _matched(made: Differences, rows: list[Cells]) -> int:
    matched = set(made.planted["MATCHED"])
    return next(position for position, row in enumerate(rows) if position > 5 and row["UBRN"] in matched)
