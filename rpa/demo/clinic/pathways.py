"""Cancer pathways: one for each open two week wait referral, and planted ones at every edge of the waits."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from rpa.demo.clinic.people import nhs_numbers, person
from rpa.demo.clinic.planted import PLANTED, PREFIX, pathway_of, pause_of, referral_of, visits_of
from rpa.demo.clinic.store import Records, opened

Fields = dict[str, Any]
_OPEN = (
    "SELECT r.reference, r.received_on, (SELECT min(substr(starts_at, 1, 10)) FROM appointment a"
    " WHERE a.referral = r.reference AND attendance_code IN ('5', '6')) AS seen_on"
    " FROM referral r WHERE priority = '3' AND status = 'open' AND pathway NOT LIKE ? ORDER BY r.reference"
)


def seed_cancer(database: Path, *, today: date, random_seed: int) -> None:
    """Add them behind what is there, so that nothing there changes."""
    random = Random(random_seed + 4)  # noqa: S311 - repeatable data, no secret
    with opened(database) as records, records.transaction():
        _plant(records, random, today)
        found = records.all(_OPEN, f"{PREFIX}%")
        records.insert("cancer_pathway", [_ordinary(dict(row), random, today) for row in found])


def _plant(records: Records, random: Random, today: date) -> None:
    people = _people(records, random, today)
    patient = ""
    for number, planted in enumerate(PLANTED, 1):
        # Two pathways of one patient stand one after the other.
        patient = patient if planted.same_patient else next(people)
        records.insert("referral", [referral_of(number, planted, patient, today)])
        records.insert("appointment", visits_of(number, planted, today))
        records.insert("cancer_pathway", [pathway_of(number, planted, today)])
        records.insert("cancer_pause", pause_of(number, planted, today))


def _people(records: Records, random: Random, today: date) -> Iterator[str]:
    known = {row["nhs_number"] for row in records.all("SELECT nhs_number FROM patient")}
    fresh = (number for number in nhs_numbers(random) if number not in known)
    for number in range(200_000, 300_000):
        made: Fields = dict(person(random, number, next(fresh), today))
        records.insert("patient", [made])
        yield made["reference"]


def _ordinary(referral: Fields, random: Random, today: date) -> Fields:
    """Make the pathway of a referral that is there, mostly in time; what was treated and told long ago is closed."""
    referred_on = date.fromisoformat(referral["received_on"])
    seen_on = _day(referral["seen_on"]) or _later(referred_on, random.randint(3, 10), today)
    told_on = _later(seen_on, random.randint(2, 12), today)
    decided_on = _later(told_on, random.randint(1, 4), today)
    treated_on = _later(decided_on, _rarely_long(random), today)
    closed_on = _later(treated_on, random.randint(2, 6), today - timedelta(days=2))
    return {
        "referral": referral["reference"],
        "referred_on": referral["received_on"],
        "received_on": None,
        "first_seen_on": _written(seen_on),
        "told_on": _written(told_on),
        "decided_on": _written(decided_on),
        "treated_on": _written(treated_on),
        "admitted_care": "Y" if random.random() < 0.3 else "N",
        "on_62_days": "Y" if random.random() < 0.9 else "N",
        "clinically_discharged": "N",
        "closed_on": _written(closed_on),
    }


def _rarely_long(random: Random) -> int:
    return random.randint(30, 90) if random.random() < 0.2 else random.randint(2, 8)


def _later(before: date | None, days: int, last: date) -> date | None:
    day = before + timedelta(days=days) if before else None
    return day if day and day <= last else None


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
