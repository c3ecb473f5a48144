"""Two made-up tables of bookings to compare, and the class that each row was made for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias

from rpa.demo.clinic.people import SPECIALTIES
from rpa.reconcile import Field, Kind, Pass, plain_name, plain_phone, plain_postcode

PASSES = (
    Pass("UBRN", "ubrn"),
    Pass("NHS number, specialty and referral date", ("nhs_number", "specialty", "referral_date")),
    Pass(
        "family name and date of birth, referred",
        lambda row: (plain_name(row.family_name), row.date_of_birth),
        day="referral_date",
        days=3,
        counts=False,
    ),
)
FIELDS = (
    Field("NHS number", "nhs_number", counts=False),
    Field("Referral date", "referral_date", counts=False),
    Field("Family name", "family_name", clean=plain_name),
    Field("Date of birth", "date_of_birth"),
    Field("Phone", "phone", clean=plain_phone),
    Field("Postcode", "postcode", clean=plain_postcode),
    Field("Clinic", "clinic"),
    Field("Appointment", "appointment", within=timedelta(minutes=5), moves=True),
)
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru")
_FIRST, _NINE = date(2026, 1, 5), time(9)
_CLINICS = tuple(f"Clinic {number}" for number in range(1, 41))


@dataclass(frozen=True, slots=True)
class Booking:
    """A row of either table."""

    ubrn: str | None
    nhs_number: str
    family_name: str
    date_of_birth: date
    phone: str | None
    postcode: str
    specialty: str
    referral_date: date
    appointment: datetime | None
    clinic: str


Case: TypeAlias = tuple[Kind, list[Booking], list[Booking]]


@dataclass(frozen=True, slots=True)
class Planted:
    """Two tables, and beside each row its class."""

    left: list[Booking]
    right: list[Booking]
    left_kinds: list[Kind]
    right_kinds: list[Kind]


def planted_bookings(rows: int, *, seed: int = 1) -> Planted:
    """Make two tables of so many rows, in no order, with every class in both."""
    random = Random(seed)  # noqa: S311 - repeatable data, no secret
    left: list[tuple[Kind, Booking]] = []
    right: list[tuple[Kind, Booking]] = []
    for kind, here, there in _cases(random):
        if len(left) + len(here) <= rows and len(right) + len(there) <= rows:
            left += [(kind, row) for row in here]
            right += [(kind, row) for row in there]
        if len(left) == len(right) == rows:
            break
    random.shuffle(left)
    random.shuffle(right)
    return Planted([row for _, row in left], [row for _, row in right], [kind for kind, _ in left],
                   [kind for kind, _ in right])  # fmt: skip


def _cases(random: Random) -> Iterator[Case]:
    """Yield cases without end: one of each, then as often as their weights say."""
    makers = list(_MAKERS)
    number = 0
    while True:
        for make in makers:
            yield make(_booking(number, random), random)
            number += 1
        makers = random.choices(list(_MAKERS), list(_MAKERS.values()), k=1_000)


def _booking(number: int, random: Random) -> Booking:
    """Make a booking of a patient of whom there is no other; the second half of the numbers is for `_other`."""
    referred = _FIRST + timedelta(days=number % 200)
    name = "".join(_SYLLABLES[int(digit)] for digit in str(number))
    return Booking(
        ubrn=f"{number:012d}",
        nhs_number=f"99{number:08d}",
        family_name=f"Test-{name.capitalize()}",
        date_of_birth=_FIRST - timedelta(days=7_000 + number % 25_000),
        phone=f"07700{number % 1_000_000:06d}",
        postcode=f"ZZ{number % 99 + 1} {number % 9 + 1}ZZ",
        specialty=random.choice(list(SPECIALTIES)),
        referral_date=referred,
        appointment=datetime.combine(referred, _NINE) + timedelta(days=30, minutes=5 * random.randrange(90)),
        clinic=random.choice(_CLINICS),
    )


def _other(row: Booking, **changes: Any) -> Booking:
    """Return the row with a UBRN that no other has, and what else is to be changed."""
    return replace(row, ubrn=f"9{str(row.ubrn)[1:]}", **changes)


def _same(row: Booking, _: Random) -> Case:
    return Kind.SAME, [row], [replace(row)]


def _written_otherwise(row: Booking, random: Random) -> Case:
    accented = f"{row.family_name}\u0301"
    changes: Mapping[str, Any] = {
        "family_name": random.choice((row.family_name.upper(), row.family_name.replace("-", " "), accented)),
        "phone": f"+44 (0){str(row.phone)[1:5]} {str(row.phone)[5:]}",
        "postcode": row.postcode.lower().replace(" ", ""),
        "appointment": _moved(row, timedelta(minutes=random.randint(-5, 5))),
    }
    name = random.choice(list(changes))
    return Kind.SAME, [row], [replace(row, **{name: changes[name]})]


def _different(row: Booking, random: Random) -> Case:
    changes: Mapping[str, Any] = {
        "family_name": f"{row.family_name}-Other", "phone": None, "postcode": "ZZ99 0ZZ", "clinic": "Clinic 41",
        "date_of_birth": row.date_of_birth + timedelta(days=1), "appointment": None,
    }  # fmt: skip
    names = random.sample(list(changes), random.randint(1, 2))
    return Kind.DIFFERENT, *_either_way(random, row, replace(row, **{name: changes[name] for name in names}))


def _moved_away(row: Booking, random: Random) -> Case:
    apart = random.choice((timedelta(days=random.randint(1, 60)), timedelta(minutes=random.randint(6, 300))))
    changed = replace(row, appointment=_moved(row, apart), clinic=random.choice((row.clinic, "Clinic 42")))
    return Kind.MOVED, *_either_way(random, row, changed)


def _repeated(row: Booking, random: Random) -> Case:
    here, there = random.choice(((2, 0), (2, 1), (3, 2), (0, 2), (1, 2), (2, 2)))
    rows = [replace(row, clinic=random.choice(_CLINICS)) for _ in range(max(here, there))]
    return Kind.REPEATED, [replace(one) for one in rows[:here]], [replace(one) for one in rows[:there]]


def _by_second_key(row: Booking, random: Random) -> Case:
    kind, here, there = random.choice((_same, _written_otherwise, _different, _moved_away))(row, random)
    blank = random.random() < 0.5
    return kind, here, [replace(one, ubrn=None) if blank else _other(one) for one in there]


def _alike(row: Booking, random: Random) -> Case:
    days = timedelta(days=random.randint(-3, 3))
    other = _other(row, nhs_number=f"98{row.nhs_number[2:]}", referral_date=row.referral_date + days)
    return Kind.ALIKE, *_either_way(random, row, replace(other, family_name=row.family_name.upper()))


def _ambiguous(row: Booking, random: Random) -> Case:
    second = _other(row)
    third = replace(row, ubrn=f"8{str(row.ubrn)[1:]}")
    if random.random() < 0.5:  # alike by the last pass, not by the second
        second = replace(second, nhs_number=f"98{row.nhs_number[2:]}", referral_date=row.referral_date)
        third = replace(third, nhs_number=f"97{row.nhs_number[2:]}")
        second = replace(second, referral_date=row.referral_date + timedelta(days=3))
        row = replace(row, referral_date=row.referral_date - timedelta(days=3))
        return Kind.AMBIGUOUS, *_swapped(random, [row, second], [third])
    return Kind.AMBIGUOUS, *_swapped(random, [row, second], [third])


def _lonely_left(row: Booking, _: Random) -> Case:
    return Kind.LEFT_ONLY, [row], []


def _lonely_right(row: Booking, random: Random) -> Case:
    return Kind.RIGHT_ONLY, [], [replace(row, ubrn=random.choice((row.ubrn, None)))]


def _either_way(random: Random, one: Booking, other: Booking) -> tuple[list[Booking], list[Booking]]:
    return _swapped(random, [one], [other])


def _swapped(random: Random, one: list[Booking], other: list[Booking]) -> tuple[list[Booking], list[Booking]]:
    return (one, other) if random.random() < 0.5 else (other, one)


def _moved(row: Booking, apart: timedelta) -> datetime | None:
    return row.appointment and row.appointment + apart


_MAKERS: Mapping[Callable[[Booking, Random], Case], float] = {
    _same: 920,
    _written_otherwise: 15,
    _different: 15,
    _moved_away: 10,
    _repeated: 5,
    _by_second_key: 10,
    _alike: 4,
    _ambiguous: 2,
    _lonely_left: 10,
    _lonely_right: 10,
}
"""What cases are made, and how often in a thousand."""
