"""What the practice clinic's pages say, as records; times are the clinic's local time, as it shows them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rpa.exceptions import UsageError


@dataclass(frozen=True, slots=True)
class Patient:
    """Who a page is about, by three identifiers."""

    reference: str
    nhs_number: str
    """Ten digits."""
    date_of_birth: date


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment as its page shows it; codes without their meaning."""

    reference: str
    ubrn: str
    patient: Patient
    pathway: str
    specialty: str
    priority: str
    referral_date: date | None
    clinic: str
    starts_at: datetime
    attendance_code: str
    cancelled_on: date | None
    cancel_reason: str
    outcome_code: str | None

    def facts(self) -> dict[str, Any]:
        """Return the fields by name, as a change compares them."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral as its page shows it."""

    reference: str
    pathway: str
    patient: Patient
    specialty: str
    priority: str
    referral_date: date | None
    status: str
    discharged_on: date | None
    discharge_reason: str
    waiting_since: date | None
    removed_from_waiting_list: date | None

    def facts(self) -> dict[str, Any]:
        """Return the fields by name, as a change compares them."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """One line of the waiting list."""

    referral: str
    pathway: str
    nhs_number: str
    specialty: str
    priority: str
    waiting_since: date | None


def named(reference: str) -> str:
    """Return a reference, once it is one.

    Raises:
        UsageError: It is a whole record: a mistake of whoever wrote the workflow, not of whoever sent the row.
    """
    if not isinstance(reference, str):
        raise UsageError(
            f"the bot was handed a whole {type(reference).__name__}, expected its reference as text: give its "
            "`.reference` in the workflow"
        )
    return reference


def patient_of(facts: Mapping[str, str]) -> Patient:
    """Read the banner of a page."""
    born = day(facts["Date of birth"])
    if born is None:
        raise ValueError("a banner without a date of birth")
    return Patient(facts["Patient"], digits(facts["NHS number"]), born)


def day(text: str) -> date | None:
    """Read a date as the clinic writes it, 31/12/2026; None for an empty one."""
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007 - a day has no zone


def moment(text: str) -> datetime:
    """Read a date and time as the clinic writes it, 31/12/2026 09:30."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007 - the clinic's local time


def code(text: str) -> str:
    """Read the code before its meaning: `5 Attended on time` is 5."""
    return text.partition(" ")[0]


def digits(text: str) -> str:
    """Return an NHS number without its spaces."""
    return "".join(character for character in text if character.isdigit())
