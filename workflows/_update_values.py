"""The fields of a patient's record: how their values are spelled, and when two of them are the same."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rpa import Phone, Postcode, UkDate

NO_VALUE = {"", "(none)", "none", "nil", "n/a", "na", "n.a.", "-", "--", "not known", "unknown"}
"""What people write where there is nothing, in small letters."""
_LONGEST = 100
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


class Field(StrEnum):
    """What a row may be about, in the words of the PAS."""

    PHONE = "Phone"
    MOBILE = "Mobile"
    EMAIL = "Email"
    ADDRESS = "Address"
    TOWN = "Town"
    POSTCODE = "Postcode"
    PREFERRED_CONTACT = "Preferred contact"
    FAMILY_NAME = "Family name"
    GIVEN_NAME = "Given name"
    SEX = "Sex"
    DATE_OF_DEATH = "Date of death"
    SENSITIVE = "Sensitive"


PROTECTED = (Field.FAMILY_NAME, Field.GIVEN_NAME, Field.SEX, Field.DATE_OF_DEATH, Field.SENSITIVE)
"""What only a person may change."""
MAY_BE_EMPTY = (
    Field.PHONE, Field.MOBILE, Field.EMAIL, Field.ADDRESS, Field.TOWN, Field.POSTCODE, Field.DATE_OF_DEATH
)  # fmt: skip
"""What a record need not have."""
_CONTACT_BY = {"letter": "letter", "post": "letter", "phone": "phone", "telephone": "phone", "email": "email",
               "e-mail": "email"}  # fmt: skip
_YES_NO = {"yes": "Yes", "y": "Yes", "no": "No", "n": "No"}
_SEXES = {"f": "Female", "m": "Male"}


def tidy(cell: object) -> str:
    """Return a cell as one line of text, with single spaces and without those that nobody sees."""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    value = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    lines = [_SPACES.sub(" ", line).strip(" ,") for line in str("" if value is None else value).splitlines()]
    return ", ".join(line for line in lines if line)


def spelled(field: Field, cell: object) -> str:
    """Return a value in the one spelling in which it is written.

    Raises:
        ValueError: It can't be a value of that field; the message has the rule, never the value.
    """
    return _SPELLINGS.get(field, _words)(cell)


def is_same(field: Field, one: str | None, other: str | None) -> bool:
    """Return whether two values are the same, however they are spelled."""
    return _comparable(field, one) == _comparable(field, other)


def _comparable(field: Field, value: str | None) -> str | None:
    text = tidy(value)
    if text.casefold() in NO_VALUE:
        return None
    with suppress(ValueError):  # what is old in a record may break the rules of what is new
        text = spelled(field, text)
    return re.sub(r"[\s,.]+", " ", text).strip().casefold() if field is not Field.EMAIL else text.casefold()


def _words(cell: object) -> str:
    text = tidy(cell)
    if not any(character.isalpha() for character in text):
        raise ValueError("has no letter in it, so it can't be right")
    if len(text) > _LONGEST:
        raise ValueError(f"is longer than {_LONGEST} characters")
    return text


def _email(cell: object) -> str:
    text = tidy(cell)
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}", text):
        raise ValueError("is not one e-mail address, such as name@example.org")
    return text


def _one_of(choices: Mapping[str, str], said: str) -> Callable[[object], str]:
    def choose(cell: object) -> str:
        if (value := choices.get(tidy(cell).casefold())) is None:
            raise ValueError(f"is not one of: {said}")
        return value

    return choose


def _by_library(kind: Any) -> Callable[[object], str]:
    """Take one of the library's types; its rule is said as it says it, without the value."""
    adapter = TypeAdapter(kind)

    def convert(cell: object) -> str:
        try:
            return tidy(adapter.validate_python(cell))
        except ValidationError as error:
            raise ValueError(error.errors(include_input=False, include_url=False)[0]["msg"]) from None

    return convert


_SPELLINGS: Mapping[Field, Callable[[object], str]] = {
    Field.PHONE: _by_library(Phone),
    Field.MOBILE: _by_library(Phone),
    Field.EMAIL: _email,
    Field.POSTCODE: _by_library(Postcode),
    Field.PREFERRED_CONTACT: _one_of(_CONTACT_BY, "Letter, Phone, Email"),
    Field.SEX: lambda cell: _SEXES.get(tidy(cell).casefold()) or _words(cell),
    Field.DATE_OF_DEATH: _by_library(UkDate),
    Field.SENSITIVE: _one_of(_YES_NO, "Yes, No"),
}
