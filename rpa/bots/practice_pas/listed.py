"""What the practice clinic lists of one patient and of one referral."""

from dataclasses import dataclass
from datetime import date, datetime

from rpa.bots.practice_pas import screens
from rpa.bots.practice_pas.pages import PracticeScreens
from rpa.bots.practice_pas.records import code, day, moment, named
from rpa.bots.practice_pas.screens import known_screen
from rpa.connectors.browser import Html

_REFERRALS = ("Referral", "Pathway", "Specialty", "Priority", "Referral date", "Status")
_APPOINTMENTS = ("Appointment", "UBRN", "Appointment time", "Attendance code", "Cancelled on")


@dataclass(frozen=True, slots=True)
class ListedReferral:
    """One referral in the list of a patient's."""

    reference: str
    pathway: str
    specialty: str
    priority: str
    referral_date: date | None
    status: str


@dataclass(frozen=True, slots=True)
class ListedAppointment:
    """One appointment in the list of a referral's."""

    reference: str
    ubrn: str
    starts_at: datetime
    attendance_code: str
    cancelled_on: date | None


class Lists(PracticeScreens):
    """Reads lists."""

    def referrals_of(self, patient: str) -> list[ListedReferral]:
        """Return all referrals of a patient, by the patient's reference."""
        page = self._read(f"/patients/{named(patient)}/referrals")
        shown = screens.patient_in(page, "Referrals of a patient")
        self._check_record(shown.reference, patient)
        self._check_meant(patient, shown)
        return referrals_in(page)

    def appointments_of(self, referral: str) -> list[ListedAppointment]:
        """Return all appointments of a referral, by the referral's reference."""
        page = self._read(f"/referrals/{named(referral)}")
        self._check_record(screens.referral_in(page).reference, referral)
        return appointments_in(page)


def referrals_in(page: Html) -> list[ListedReferral]:
    """Read the list of a patient's referrals."""
    with known_screen("Referrals of a patient"):
        return [
            ListedReferral(
                reference=row["Referral"],
                pathway=row["Pathway"],
                specialty=row["Specialty"],
                priority=code(row["Priority"]),
                referral_date=day(row["Referral date"]),
                status=row["Status"],
            )
            for row in page.table(*_REFERRALS)
        ]


def appointments_in(page: Html) -> list[ListedAppointment]:
    """Read the list of a referral's appointments."""
    with known_screen("Referral"):
        return [
            ListedAppointment(
                reference=row["Appointment"],
                ubrn=row["UBRN"],
                starts_at=moment(row["Appointment time"]),
                attendance_code=code(row["Attendance code"]),
                cancelled_on=day(row["Cancelled on"]),
            )
            for row in page.table(*_APPOINTMENTS)
        ]
