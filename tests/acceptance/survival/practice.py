"""A practice clinic that hands out visits nobody has touched, so that many tests share one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rpa.demo.clinic import Clinic, FieldChange

VISITS = """
    SELECT p.reference AS patient, p.nhs_number, p.date_of_birth, p.family_name, p.given_name, p.phone,
           a.reference AS appointment, a.ubrn, a.starts_at
    FROM appointment a JOIN referral r ON r.reference = a.referral JOIN patient p ON p.reference = r.patient
    WHERE a.attendance_code = '0' AND a.starts_at > (SELECT value FROM meta WHERE name = 'today') || 'T24'
      AND a.starts_at NOT LIKE '%T00:00'
      AND a.ubrn IN (SELECT ubrn FROM appointment GROUP BY ubrn HAVING count(*) = 1)
    GROUP BY p.reference HAVING count(*) = 1
    ORDER BY a.reference
"""


@dataclass(frozen=True)
class Visit:
    """What the clinic has of one visit, and what is to be written: a phone number and another time."""

    patient: str
    nhs_number: str
    date_of_birth: str
    family_name: str
    given_name: str
    phone: str
    appointment: str
    ubrn: str
    starts_at: str
    new_phone: str
    new_time: str

    @property
    def changes(self) -> list[FieldChange]:
        """How the clinic differs once both are written."""
        return [
            FieldChange("appointment", self.appointment, "starts_at", self.starts_at, self.new_time),
            FieldChange("patient", self.patient, "phone", self.phone, self.new_phone),
        ]


class Practice:
    """A running clinic and the visits left in it."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self._left = self._visits()

    def take(self, number: int) -> list[Visit]:
        """Return visits that no test had before."""
        return [next(self._left) for _ in range(number)]

    def happened(self, fault: str) -> bool:
        """Return whether a fault has met a request."""
        return any(one["fault"] == fault and one["happened"] for one in self.clinic.faults.counts())

    def _visits(self) -> Iterator[Visit]:
        with closing(sqlite3.connect(self.clinic.database)) as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(VISITS).fetchall()
            (today,) = connection.execute("SELECT value FROM meta WHERE name = 'today'").fetchone()
        for number, row in enumerate(found):
            new_time = _free_time(date.fromisoformat(today), number)
            yield Visit(**dict(row), new_phone=f"01632 961{number:03d}", new_time=new_time.isoformat("T", "minutes"))


def _free_time(today: date, number: int) -> datetime:
    """Return a time after those the clinic is seeded with, another for each number."""
    day = today + timedelta(days=70 + 7 * (number // 30))
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time(9)) + timedelta(minutes=15 * (number % 30))
