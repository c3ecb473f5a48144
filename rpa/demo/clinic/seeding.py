"""Fills an empty clinic: sites, clinics, patients, referrals, a waiting list and appointments around one day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from rpa.demo.clinic.lingering import seed_lingering
from rpa.demo.clinic.pathways import seed_cancer
from rpa.demo.clinic.people import SITES, SPECIALTIES, nhs_numbers, person
from rpa.demo.clinic.pifu_seeding import seed_pifu
from rpa.demo.clinic.protected import seed_protected
from rpa.demo.clinic.store import create, opened

SLOT_MINUTES = 15
FIRST_SLOT, LAST_SLOT = 8 * 60, 17 * 60 + 45
PAST_DAYS, FUTURE_DAYS = 30, 60
PAST_SHARE = 0.35
CANCELLED_SHARE = 0.06

Fields = dict[str, Any]


@dataclass
class _Book:
    """The rows made so far and what must not be given out twice."""

    random: Random
    today: date
    people: Iterator[str]
    patients: list[Fields] = field(default_factory=list)
    referrals: list[Fields] = field(default_factory=list)
    appointments: list[Fields] = field(default_factory=list)
    waiting: list[Fields] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)


def clinics() -> list[Fields]:
    """Return every clinic: one for each specialty at each site."""
    return [
        {"code": f"{site[-2:]}{code}", "name": f"{specialty} clinic, {name}", "site": site, "specialty": code}
        for site, name in SITES.items()
        for code, specialty in SPECIALTIES.items()
    ]


def seed(database: Path, *, appointments: int = 400, random_seed: int = 1, today: date) -> None:
    """Make the clinic's database: the same one for the same numbers and day.

    About a third of the appointments are past. Planted: UBRNs booked twice, past appointments without an outcome
    and one appointment at midnight (a time nobody knew).
    """
    random = Random(random_seed)  # noqa: S311 - repeatable data, no secret
    book = _Book(random, today, nhs_numbers(random))
    share = max(1, round(appointments / 100))
    twice = max(1, share // 2)
    for number in range(appointments - twice):
        _book_visit(book, past=number < appointments * PAST_SHARE)
    _forget_outcomes(book, share + 1)
    _book_again(book, twice)
    next(_booked_ahead(book))["starts_at"] = datetime.combine(_weekday(today, 21), time()).isoformat("T", "minutes")
    for _ in range(share * 10):
        _wait(book)
    _store(database, book, random_seed)
    seed_pifu(database, today=today, random_seed=random_seed)  # before referrals come that are meant for other work
    with opened(database) as records, records.transaction():
        seed_lingering(records, today=today, random_seed=random_seed)
    seed_protected(database, today=today, random_seed=random_seed)
    seed_cancer(database, today=today, random_seed=random_seed)


def _book_visit(book: _Book, *, past: bool) -> None:
    referral = _refer(book, past=past)
    clinic = book.random.choice([row for row in clinics() if row["specialty"] == referral["specialty"]])
    visit: Fields = {
        "reference": f"A{500000 + len(book.appointments)}",
        "ubrn": f"{book.random.randrange(10**7, 10**8):012d}",
        "referral": referral["reference"],
        "clinic": clinic["code"],
        "starts_at": _free_slot(book, clinic["code"], past=past),
        "visit_type": book.random.choice("1234"),
        "attendance_code": "0",
        "cancelled_on": None,
        "cancel_reason": None,
        "outcome_code": None,
    }
    _settle_attendance(book, visit, past=past)
    book.appointments.append(visit)


def _refer(book: _Book, *, past: bool) -> Fields:
    patient = _patient(book)
    held = {row["specialty"] for row in book.referrals if row["patient"] == patient["reference"]}
    number = len(book.referrals)
    referral = {
        "reference": f"R{300000 + number}",
        "pathway": f"REN{book.today.year % 100:02d}{number:06d}",
        "patient": patient["reference"],
        "specialty": book.random.choice(sorted(SPECIALTIES.keys() - held)),
        "priority": book.random.choices("123", (5, 3, 2))[0],
        "received_on": (book.today - timedelta(days=book.random.randint(40 if past else 3, 90))).isoformat(),
        "status": "open",
        "discharged_on": None,
        "discharge_reason": None,
    }
    book.referrals.append(referral)
    return referral


def _patient(book: _Book) -> Fields:
    # Every tenth referral is a second one of somebody already known, in another specialty.
    once = len(book.patients) - len(book.referrals) // 10
    if len(book.referrals) % 10 == 9 and once > 0:
        return book.patients[len(book.referrals) // 10]
    patient: Fields = dict(person(book.random, len(book.patients), next(book.people), book.today))
    book.patients.append(patient)
    return patient


def _free_slot(book: _Book, clinic: str, *, past: bool) -> str:
    while True:
        days = -book.random.randint(3, PAST_DAYS) if past else book.random.randint(3, FUTURE_DAYS)
        minutes = book.random.randrange(FIRST_SLOT, LAST_SLOT + 1, SLOT_MINUTES)
        day = _weekday(book.today, days)
        starts_at = datetime.combine(day, time(minutes // 60, minutes % 60)).isoformat("T", "minutes")
        if (clinic, starts_at) not in book.taken:
            book.taken.add((clinic, starts_at))
            return starts_at


def _weekday(today: date, days: int) -> date:
    day = today + timedelta(days=days)
    # A weekend goes back to Friday: three days away at least, so that past stays past and future stays future.
    return day - timedelta(days=max(0, day.weekday() - 4))


def _settle_attendance(book: _Book, visit: Fields, *, past: bool) -> None:
    if book.random.random() < CANCELLED_SHARE:
        day = date.fromisoformat(visit["starts_at"][:10]) if past else book.today
        visit["attendance_code"] = book.random.choice("24")
        visit["cancelled_on"] = (day - timedelta(days=book.random.randint(1, 8))).isoformat()
        visit["cancel_reason"] = "Patient asked" if visit["attendance_code"] == "2" else "Clinic cancelled"
    elif past:
        visit["attendance_code"] = book.random.choices("5637", (12, 2, 2, 1))[0]
        visit["outcome_code"] = book.random.choice("123") if visit["attendance_code"] in "56" else "3"


def _forget_outcomes(book: _Book, number: int) -> None:
    seen = [visit for visit in book.appointments if visit["outcome_code"]]
    for position, visit in enumerate(book.random.sample(seen, number)):
        visit["outcome_code"] = None
        if position % 2:
            visit["attendance_code"] = "0"


def _book_again(book: _Book, number: int) -> None:
    for visit in book.random.sample(list(_booked_ahead(book)), number):
        starts_at = _free_slot(book, visit["clinic"], past=False)
        reference = f"A{500000 + len(book.appointments)}"
        book.appointments.append({**visit, "reference": reference, "starts_at": starts_at})


def _booked_ahead(book: _Book) -> Iterator[Fields]:
    today = book.today.isoformat()
    return (row for row in book.appointments if row["attendance_code"] == "0" and row["starts_at"] > today)


def _wait(book: _Book) -> None:
    patient: Fields = dict(person(book.random, len(book.patients), next(book.people), book.today))
    number = len(book.referrals)
    received = book.today - timedelta(days=book.random.randint(3, 120))
    book.patients.append(patient)
    book.referrals.append(
        {
            **book.referrals[0],
            "reference": f"R{300000 + number}",
            "pathway": f"REN{book.today.year % 100:02d}{number:06d}",
            "patient": patient["reference"],
            "specialty": book.random.choice(sorted(SPECIALTIES)),
            "priority": book.random.choice("123"),
            "received_on": received.isoformat(),
        }
    )
    _list(book, book.referrals[-1], removed=False)


def _list(book: _Book, referral: Fields, *, removed: bool) -> None:
    received = date.fromisoformat(referral["received_on"])
    book.waiting.append(
        {
            "reference": f"W{700000 + len(book.waiting)}",
            "referral": referral["reference"],
            "added_on": (received + timedelta(days=1)).isoformat(),
            "removed_on": (received + timedelta(days=2)).isoformat() if removed else None,
        }
    )


def _store(database: Path, book: _Book, random_seed: int) -> None:
    booked = {visit["referral"] for visit in book.appointments}
    for referral in [row for row in book.referrals if row["reference"] in booked][::3]:
        _list(book, referral, removed=True)
    create(database)
    with opened(database) as records, records.transaction():
        meta = {"today": book.today.isoformat(), "random_seed": str(random_seed)}
        records.insert("meta", [{"name": name, "value": value} for name, value in meta.items()])
        records.insert("patient", book.patients)
        records.insert("site", [{"code": code, "name": name} for code, name in SITES.items()])
        records.insert("clinic", clinics())
        records.insert("referral", book.referrals)
        records.insert("appointment", book.appointments)
        records.insert("waiting_list", book.waiting)
