"""One row of news about a patient: which field is to be changed, what it should show now, and what it is to show."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo

from rpa import NHSNumber, Row, column
from workflows._update_values import MAY_BE_EMPTY, NO_VALUE, Field, spelled, tidy

NONE = "(none)"
"""The one word in New value that empties a field."""
OFFERS = {Field.PREFERRED_CONTACT.value: ("Letter", "Phone", "Email"), Field.SENSITIVE.value: ("Yes", "No")}
"""What the template offers as new values."""


def checked(cell: object, about: ValidationInfo) -> str:
    """Check what is to be written: a value of the row's field, or the word that empties it."""
    field, text = about.data.get("field"), tidy(cell)
    if field is None:
        return text  # the row is refused for its field
    if text.casefold() == NONE:
        if field not in MAY_BE_EMPTY:
            raise ValueError(f"says {NONE}, and {field.value} can't be empty")
        return NONE
    if text.casefold() in NO_VALUE:
        raise ValueError(f"says that there is no value: write {NONE} if the field is to be emptied")
    value = spelled(field, cell)
    if field is Field.MOBILE and not value.startswith(("07", "+")):
        raise ValueError("is not a mobile number: eleven digits that start with 07, or + and a country code")
    return value


def as_known(cell: object, about: ValidationInfo) -> str | None:
    """Take what the sender thinks is in the record; what is old may be written in any way."""
    text = tidy(cell)
    if text.casefold() in NO_VALUE:
        return None
    try:
        return spelled(about.data["field"], cell)
    except (ValueError, KeyError):
        return text


class UpdateRow(Row):
    """One row of the sheet: one new value of one field of one patient."""

    nhs_number: NHSNumber = column("NHS number", "NHS No")
    date_of_birth: date = column("Date of birth", "DOB", example=date(1970, 1, 31))
    field: Field = column(
        "Field", example=Field.ADDRESS.value,
        note="What is to be changed. Name, sex, date of death and Sensitive are only changed by a person.",
    )  # fmt: skip
    present_value: Annotated[str | None, BeforeValidator(as_known)] = column(
        "Present value", "Current value", "Old value", default=None, example="12 Sample Street",
        note="What the record shows now; blank if it shows nothing. Nothing is written if it shows anything else.",
    )  # fmt: skip
    new_value: Annotated[str, BeforeValidator(checked)] = column(
        "New value", example="Flat 3, 114 Example Lane North", offers=("field", OFFERS),
        note=f"What the record is to show; {NONE} empties the field.",
    )  # fmt: skip
    told_by: str = column(
        "Source of the news", "Source", example="Patient rang on 2 March", note="Who told you, and when."
    )


class Update(UpdateRow):
    """One new value to write, and what is known beside it."""

    again: bool = False
    """Whether a person has looked at it and sent it again."""
    contradicted: bool = False
    """Whether another row says something else of the same field."""

    @property
    def name(self) -> str:
        """The field's name in the bot."""
        return self.field.name.lower()

    @property
    def new(self) -> str | None:
        """The value to write; None empties the field."""
        return None if self.new_value == NONE else self.new_value
