"""Makes the extract of PIFU pathways, with every edge of the rules, and what a clerk changes after it was made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from rpa.demo.cells import Sheet, write_extract
from rpa.demo.clinic.store import Author, Records, opened
from rpa.demo.differences import Cells

SHEET = Sheet("PIFU", "Patients on PIFU, by end date")
DAYS = 42
"""How many days ahead the edges are planted for: what the workflow takes if it is told nothing."""
BAD: Mapping[str, str | None] = {"PIFU end date": "summer", "NHS number": "999 000 0000", "Consultant team": None}
"""Cells that can't be read, one in a row of its own."""
_ALL = (
    "SELECT f.*, r.pathway, r.patient, p.nhs_number, p.date_of_birth FROM pifu f"
    " JOIN referral r ON r.reference = f.referral JOIN patient p ON p.reference = r.patient"
    " ORDER BY f.ends_on, f.referral"
)


@dataclass(frozen=True, slots=True)
class PifuExtract:
    """The file, and the right answers about it: the pathways of each kind.

    `REVIEWED` and `LATER` are so in the extract. `DECEASED`, `DISCHARGED`, `REVIEWED_SINCE`, `BOOKED` and `STALE` look
    due until they are opened in the clinic, where they were changed after the extract. `TWICE` is there in two rows
    that agree, `ROWS_DIFFER` in two that don't. All others are `DUE`.
    """

    path: Path
    planted: Mapping[str, tuple[str, ...]]
    rows: int
    rejected: int


def make_pifu_extract(database: Path, folder: Path, *, today: date, random_seed: int = 1) -> PifuExtract:
    """Write the extract of the clinic as it is, then change in the clinic what is to be found changed."""
    random = Random(random_seed)  # noqa: S311 - repeatable data, no secret
    with opened(database) as records:
        found = [dict(row) for row in records.all(_ALL)]
        planted = _sorted_out(found, today)
        rows = [_cells(one) for one in found]
        rows += _twice(found, planted)
        rows += [{**rows[-1 - n], "Pathway": f"REN99{n:06d}", name: bad} for n, (name, bad) in enumerate(BAD.items())]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "pifu_pathways.xlsx"
        write_extract(path, SHEET, rows, random=random, hidden=len(found) // 2)
        _drift(records, found, planted, today)
    return PifuExtract(path, {kind: tuple(names) for kind, names in planted.items()}, len(rows), len(BAD))


def _sorted_out(found: list[dict[str, Any]], today: date) -> dict[str, list[str]]:
    """Say of each pathway what it is; of those that are due, and alone with their patient, some are to be changed."""
    last = (today + timedelta(days=DAYS)).isoformat()
    planted: dict[str, list[str]] = {"LATER": [], "REVIEWED": [], "DUE": []}
    for one in found:
        later = "LATER" if one["ends_on"] > last else "DUE"
        planted["REVIEWED" if one["reviewed_on"] else later].append(one["pathway"])
    patients = [one["patient"] for one in found]
    alone = {one["pathway"] for one in found if patients.count(one["patient"]) == 1}
    free = [pathway for pathway in planted["DUE"] if pathway in alone]
    for kind, pathway in zip(DRIFT, free, strict=False):
        planted["DUE"].remove(pathway)
        planted[kind] = [pathway]
    return {**planted, "TWICE": [planted["DUE"].pop()], "ROWS_DIFFER": [planted["LATER"].pop(0)]}


def _cells(one: Mapping[str, Any]) -> Cells:
    return {
        "Referral": one["referral"],
        "Pathway": one["pathway"],
        "NHS number": one["nhs_number"],
        "Date of birth": date.fromisoformat(one["date_of_birth"]),
        "Consultant team": one["team"],
        "PIFU start date": date.fromisoformat(one["starts_on"]),
        "PIFU end date": date.fromisoformat(one["ends_on"]),
        "Last review": date.fromisoformat(one["reviewed_on"]) if one["reviewed_on"] else None,
    }


def _twice(found: list[dict[str, Any]], planted: Mapping[str, list[str]]) -> list[Cells]:
    same = [_cells(one) for one in found if one["pathway"] in planted.get("TWICE", ())]
    others = [_cells(one) for one in found if one["pathway"] in planted.get("ROWS_DIFFER", ())]
    return [*same, *({**one, "PIFU end date": date(2030, 1, 1)} for one in others)]


def _drift(records: Records, found: list[dict[str, Any]], planted: Mapping[str, list[str]], today: date) -> None:
    # What a clerk would do between the extract and the bot.
    author = Author("clerk", "worked on it", datetime.combine(today, time(8), UTC))
    for one in found:
        for kind, change in DRIFT.items():
            if one["pathway"] in planted.get(kind, ()):
                with records.transaction():
                    change(records, one, today, author)


def _die(records: Records, one: Mapping[str, Any], today: date, author: Author) -> None:
    records.save("patient", one["patient"], {"date_of_death": today.isoformat()}, author=author)


def _discharge(records: Records, one: Mapping[str, Any], today: date, author: Author) -> None:
    values = {"status": "discharged", "discharged_on": today.isoformat(), "discharge_reason": "Patient asked"}
    records.save("referral", one["referral"], values, author=author)


def _review(records: Records, one: Mapping[str, Any], today: date, author: Author) -> None:
    records.save("pifu", one["referral"], {"reviewed_on": today.isoformat()}, author=author)


def _book(records: Records, one: Mapping[str, Any], today: date, author: Author) -> None:
    visit = records.one("SELECT * FROM appointment WHERE referral = ?", one["referral"])
    if visit is None:
        raise LookupError(f"the referral {one['referral']} has no appointment that another could be like")
    number = records.count("SELECT count(*) FROM appointment")
    starts_at = datetime.combine(today + timedelta(days=14), time(8, 3)).isoformat("T", "minutes")
    fresh = {"ubrn": f"{99_000_000 + number:012d}", "starts_at": starts_at, "attendance_code": "0"}
    none = {"cancelled_on": None, "cancel_reason": None, "outcome_code": None}
    values = {name: visit[name] for name in ("referral", "clinic", "visit_type")} | fresh | none
    records.add("appointment", f"A{500000 + number}", values, author=author)


def _extend(records: Records, one: Mapping[str, Any], today: date, author: Author) -> None:
    ends = date.fromisoformat(one["ends_on"]) + timedelta(days=90)
    records.save("pifu", one["referral"], {"ends_on": ends.isoformat()}, author=author)


DRIFT: Mapping[str, Callable[[Records, Mapping[str, Any], date, Author], None]] = {
    "DECEASED": _die,
    "DISCHARGED": _discharge,
    "REVIEWED_SINCE": _review,
    "BOOKED": _book,
    "STALE": _extend,
}
