"""The practice clinic's screens as the bot knows them: their titles, fields and tables, and whether one is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from rpa.bots.practice_pas.records import Appointment, Patient, Referral, WaitingEntry, code, day, moment, patient_of
from rpa.connectors.browser import DialogRule, Html
from rpa.exceptions import SystemException

BANNER = ("Patient", "NHS number", "Date of birth")
FOUND_PATIENTS = ("Patient", "NHS number", "Date of birth", "Family name", "Given name")
FOUND_APPOINTMENTS = ("Appointment", "UBRN", "Appointment time", "Attendance code")
WAITING = ("Referral", "Pathway", "NHS number", "Specialty", "Priority", "Waiting list date")
CONTACT = {
    "phone": "Phone",
    "mobile": "Mobile",
    "email": "Email",
    "address": "Address",
    "town": "Town",
    "postcode": "Postcode",
    "preferred_contact": "Preferred contact",
}
"""The contact form's fields and their labels."""
CONTACT_BY = {"letter": "Letter", "phone": "Phone", "email": "Email"}
DIALOGS = tuple(
    DialogRule(question)
    for question in (
        "Move this appointment?",
        "Cancel this appointment?",
        "Discharge this referral?",
        "Reinstate this appointment?",
        "Reopen this referral?",
    )
)
REFUSED = "//*[@role='alert'] | //div[@class='msg']"
_APPOINTMENT = (
    "Appointment", "UBRN", "Pathway", "Specialty", "Priority", "Referral date", "Clinic", "Appointment time",
    "Attendance code", "Cancelled on", "Cancellation reason", "Outcome code",
)  # fmt: skip
_REFERRAL = (
    "Referral", "Pathway", "Specialty", "Priority", "Referral date", "Status", "Discharged on", "Discharge reason",
    "Waiting list date", "Removed from waiting list",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One form: where it is, what it is called, and what sends it."""

    path: str
    title: str
    button: str


@contextmanager
def known_screen(screen: str) -> Iterator[None]:
    """Raise `SCREEN_CHANGED` for what is missing, doubled or unreadable on a page the bot thought it knew."""
    try:
        yield
    except SystemException as fault:
        if fault.code.startswith(("FIELD_", "TABLE_")):
            raise SystemException(f"the screen {screen!r} is not the one the bot knows: {fault.message}",
                                  "SCREEN_CHANGED") from None  # fmt: skip
        raise
    except ValueError:  # its text would quote the page
        raise SystemException(f"the screen {screen!r} shows a date or time the bot can't read",
                              "SCREEN_CHANGED") from None  # fmt: skip


def other_screen(expected: str) -> SystemException:
    """Return the fault of a page that isn't the one that was asked for."""
    return SystemException(f"expected the screen {expected!r} and found another", "SCREEN_CHANGED")


def check_patient(found: Patient, expected: Patient) -> None:
    """Raise `WRONG_PATIENT` unless reference, NHS number and date of birth are all those of the patient meant."""
    if found != expected:
        raise SystemException(
            "the screen is about another patient than the one meant: the identifiers differ", "WRONG_PATIENT"
        )


def title(page: Html) -> str:
    """Return a page's title."""
    return "".join(page.texts("//h1")[:1])


def patients_in(page: Html) -> list[Patient]:
    """Read the patients a search found."""
    with known_screen("Patient search"):
        return [patient_of(row) for row in page.table(*FOUND_PATIENTS)]


def patient_in(page: Html, screen: str) -> Patient:
    """Read the banner of a page that should be that screen."""
    with known_screen(screen):
        if title(page) != screen:
            raise other_screen(screen)
        return patient_of(page.read(BANNER))


def contact_in(page: Html) -> dict[str, str | None]:
    """Read the contact details; what is empty is None."""
    with known_screen("Contact details"):
        shown = page.read(CONTACT.values())
    values: dict[str, str | None] = {name: shown[label] or None for name, label in CONTACT.items()}
    by_name = {text: value for value, text in CONTACT_BY.items()}
    values["preferred_contact"] = by_name.get(shown["Preferred contact"], shown["Preferred contact"])
    return values


def appointment_in(page: Html) -> Appointment:
    """Read an appointment's page."""
    patient = patient_in(page, "Appointment")
    with known_screen("Appointment"):
        shown = page.read(_APPOINTMENT)
        return Appointment(
            reference=shown["Appointment"],
            ubrn=shown["UBRN"],
            patient=patient,
            pathway=shown["Pathway"],
            specialty=shown["Specialty"],
            priority=code(shown["Priority"]),
            referral_date=day(shown["Referral date"]),
            clinic=shown["Clinic"],
            starts_at=moment(shown["Appointment time"]),
            attendance_code=code(shown["Attendance code"]),
            cancelled_on=day(shown["Cancelled on"]),
            cancel_reason=shown["Cancellation reason"],
            outcome_code=code(shown["Outcome code"]) or None,
        )


def referral_in(page: Html) -> Referral:
    """Read a referral's page."""
    patient = patient_in(page, "Referral")
    with known_screen("Referral"):
        shown = page.read(_REFERRAL)
        return Referral(
            reference=shown["Referral"],
            pathway=shown["Pathway"],
            patient=patient,
            specialty=shown["Specialty"],
            priority=code(shown["Priority"]),
            referral_date=day(shown["Referral date"]),
            status=shown["Status"],
            discharged_on=day(shown["Discharged on"]),
            discharge_reason=shown["Discharge reason"],
            waiting_since=day(shown["Waiting list date"]),
            removed_from_waiting_list=day(shown["Removed from waiting list"]),
        )


def waiting_in(page: Html) -> list[WaitingEntry]:
    """Read one page of the waiting list."""
    with known_screen("Waiting list"):
        return [
            WaitingEntry(
                referral=row["Referral"],
                pathway=row["Pathway"],
                nhs_number=row["NHS number"],
                specialty=row["Specialty"],
                priority=code(row["Priority"]),
                waiting_since=day(row["Waiting list date"]),
            )
            for row in page.table(*WAITING)
        ]


def typed(value: date) -> str:
    """Write a date as the clinic's forms take it."""
    return value.strftime("%Y-%m-%d")
