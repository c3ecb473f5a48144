"""Patients' records on paper that do what the bot does, and rows to write into them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from rpa.bots import Patient

BORN = date(1970, 1, 31)
ADA, BRUNO = "9990000018", "9990000026"
PHONE, NEW_PHONE = "01632 960 001", "01632 960 002"


def update(field: str = "Phone", new: str = NEW_PHONE, present: str | None = PHONE, **other: Any) -> dict[str, Any]:
    """Return a row: a new telephone number for Ada."""
    usual = {"nhs_number": ADA, "date_of_birth": BORN, "field": field, "present_value": present, "new_value": new,
             "told_by": "Patient rang"}  # fmt: skip
    return usual | other


class PaperPas:
    """The record of Ada and of Bruno; it keeps what was written, and may spell it in its own way."""

    def __init__(self, **other: str | None) -> None:
        usual: dict[str, str | None] = {
            "phone": PHONE, "mobile": None, "email": "ada@example.org", "address": "12 Sample Street",
            "town": "Testwick", "postcode": "ZZ9 9ZZ", "preferred_contact": "letter", "family_name": "Jampot",
            "given_name": "Test-Ada", "sex": "Female", "date_of_death": None, "sensitive": "No",
        }  # fmt: skip
        self.records = {"P1": usual | other, "P2": dict(usual)}
        self.written: list[dict[str, str | None]] = []
        self.spells: Callable[[str | None], str | None] = lambda value: value
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None

    def find_patient(self, nhs_number: str, date_of_birth: date) -> Patient | None:
        known = {ADA: "P1", BRUNO: "P2"}
        if nhs_number not in known or date_of_birth != BORN:
            return None
        return Patient(known[nhs_number], nhs_number, BORN)

    def patient_details(self, reference: str) -> dict[str, str | None]:
        names = ("family_name", "given_name", "sex", "date_of_death", "sensitive")
        return {name: self.records[reference][name] for name in names}

    def contact_details(self, reference: str) -> dict[str, str | None]:
        details = self.patient_details(reference)
        return {name: value for name, value in self.records[reference].items() if name not in details}

    def save_contact_details(self, reference: str, **fields: str | None) -> None:
        self.before_write()
        self.written.append(fields)
        self.correct(reference, **{name: self.spells(value) for name, value in fields.items()})
        self.after_write()

    def correct(self, reference: str = "P1", **values: str | None) -> None:
        """Do what a clerk does by hand."""
        self.records[reference].update(values)


def broken_down() -> None:
    """Fail in a way that nobody thought of."""
    raise RuntimeError
