"""Referrals that linger: old ones nobody has discharged, beside those that only look like it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from rpa.demo.clinic.people import SPECIALTIES, nhs_numbers, person
from rpa.demo.clinic.store import Records

Fields = dict[str, Any]
QUIET = 6
"""How many have had nothing happen for more than a year."""


def seed_lingering(records: Records, *, today: date, random_seed: int) -> None:
    """Add them behind what is there, so that nothing there changes.

    L01 to L06 linger. L07 was seen ten months ago, L08 is a visit nobody closed, L09 is of a patient with an open two
    week wait (L10), L11 is discharged.
    """
    random = Random(random_seed + 3)  # noqa: S311 - repeatable data, no secret
    people = _people(records, random, today)
    referrals, visits = list[Fields](), list[Fields]()
    for number in range(1, 12):
        patient = referrals[8]["patient"] if number == 10 else next(people)["reference"]
        received = today - timedelta(days=20 if number == 10 else random.randint(500, 900))
        referrals.append(_referral(number, patient, received, random))
        if number in (2, 4, 7, 8):
            seen = today - timedelta(days=300 if number == 7 else random.randint(400, 480))
            visits.append(_visit(referrals[-1], seen, closed=number != 8))
    records.insert("referral", referrals)
    records.insert("appointment", visits)


def _people(records: Records, random: Random, today: date) -> Iterator[Fields]:
    known = {row["nhs_number"] for row in records.all("SELECT nhs_number FROM patient")}
    fresh = (number for number in nhs_numbers(random) if number not in known)
    for number in range(100_000, 200_000):
        made: Fields = dict(person(random, number, next(fresh), today))
        records.insert("patient", [made])
        yield made


def _referral(number: int, patient: str, received: date, random: Random) -> Fields:
    day = received + timedelta(days=200)
    return {
        "reference": f"R3900{number:02d}",
        "pathway": f"RENL{number:02d}",
        "patient": patient,
        "specialty": random.choice(sorted(SPECIALTIES)),
        "priority": "3" if number == 10 else "12"[number % 2],
        "received_on": received.isoformat(),
        "status": "discharged" if number == 11 else "open",
        "discharged_on": day.isoformat() if number == 11 else None,
        "discharge_reason": "Seen and discharged" if number == 11 else None,
    }


def _visit(referral: Fields, day: date, *, closed: bool) -> Fields:
    day -= timedelta(days=max(0, day.weekday() - 4))
    return {
        "reference": f"A59{referral['reference'][-4:]}",
        "ubrn": f"{900 + int(referral['reference'][-2:]):012d}",
        "referral": referral["reference"],
        "clinic": f"ZZ{referral['specialty']}",
        "starts_at": datetime.combine(day, time(9)).isoformat("T", "minutes"),
        "visit_type": "2",
        "attendance_code": "5" if closed else "0",
        "cancelled_on": None,
        "cancel_reason": None,
        "outcome_code": "3" if closed else None,
    }
