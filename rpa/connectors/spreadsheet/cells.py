"""Cell types for an author's rows: what admin teams write, turned into one clean value or one plain sentence."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NoReturn, TypeGuard

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet.checkdigit import is_nhs_number
from rpa.connectors.spreadsheet.dates import SLASHES, parse_date, parse_datetime, parse_time

EXACT_INTEGERS = 10**15
"""Excel keeps fifteen digits of a number and silently writes zeros for the rest."""

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_WRITTEN_FLOAT = re.compile(r"^(\d+)\.0$", re.ASCII)
"""A number that some program wrote out as text with its decimal."""
_POSTCODE = re.compile(r"(GIR0AA|[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2})")


def broken(rule: str) -> NoReturn:
    """Refuse a cell with a plain sentence that holds nothing of its value."""
    raise PydanticCustomError("cell", "{rule}", {"rule": rule})


def text(cell: object) -> str:
    """Return a cell as staff read it: whole numbers without `.0`, dates day first, one kind of space."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.strftime(f"{SLASHES} %H:%M")
    if isinstance(cell, date):
        return cell.strftime(SLASHES)
    return cell.strftime("%H:%M") if isinstance(cell, time) else str(cell)


def clean(value: str) -> str:
    """Return text without outer spaces, non-breaking and zero-width spaces; inner line ends stay."""
    if value.isascii():
        return value.strip()
    return re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", re.sub(r"[\u00a0\u2000-\u200a\u202f\u3000]", " ", value)).strip()


def _number_text(value: float) -> str:
    if not value.is_integer():
        return repr(value)
    if abs(value) >= EXACT_INTEGERS:
        broken("is a number of more than fifteen digits, of which Excel loses the last: format the column as text")
    return str(int(value))


def digits(cell: object) -> str:
    """Return an identifier without the spaces and hyphens people put in."""
    value = re.sub(r"[\s\-\u2010-\u2015.]", "", _WRITTEN_FLOAT.sub(r"\1", text(cell)))
    if _SCIENTIFIC.search(text(cell)):
        broken("is in scientific notation, so digits are lost: format the column as text and write it again")
    return value


def _is_digits(cell: object, count: int) -> TypeGuard[str]:
    """Tell whether a cell is an identifier as it should be: most are, and need no second look."""
    return isinstance(cell, str) and len(cell) == count and cell.isascii() and cell.isdigit()


def nhs_number(cell: object) -> str:
    """Return an NHS number as ten digits, checked by modulus 11."""
    value = cell if _is_digits(cell, 10) else digits(cell)
    if not (value.isascii() and value.isdigit()):
        broken("is not an NHS number: only digits, spaces and hyphens may be in it")
    if len(value) != 10:
        broken(f"has {_digits(len(value))}, an NHS number has ten")
    if not is_nhs_number(value):
        broken("is not a valid NHS number: its check digit doesn't fit, so a digit is wrong")
    return value


def ubrn(cell: object) -> str:
    """Return a UBRN as twelve digits; a number lost its leading zeros, and gets them back."""
    if _is_digits(cell, 12):
        return cell
    value = digits(cell)
    if not (value.isascii() and value.isdigit()):
        broken("is not a UBRN: only digits, spaces and hyphens may be in it")
    if isinstance(cell, int | float):
        value = value.zfill(12)
    if len(value) != 12:
        broken(f"has {_digits(len(value))}, a UBRN has twelve")
    return value


def _digits(number: int) -> str:
    return f"{COUNTS[number] if number < len(COUNTS) else number} digit{'' if number == 1 else 's'}"


def phone(cell: object) -> str:
    """Return a telephone number as digits: UK numbers start with 0, others with + and their country."""
    value = re.sub(r"[\s\-().\u2010-\u2015/]", "", text(cell))
    if isinstance(cell, int | float) and len(value) == 10:
        value = f"0{value}"  # Excel dropped the leading zero of a number typed into a number cell
    value = re.sub(r"^(?:\+|00)440?", "0", value)
    value = re.sub(r"^00", "+", value)
    if re.fullmatch(r"0[1-9]\d{8,9}", value, re.ASCII) or re.fullmatch(r"\+[1-9]\d{7,14}", value, re.ASCII):
        return value
    broken("is not a telephone number: ten or eleven digits that start with 0, or + and a country code")


def postcode(cell: object) -> str:
    """Return a UK postcode in capitals with one space."""
    value = re.sub(r"\s", "", text(cell)).upper()
    if not _POSTCODE.fullmatch(value):
        broken("is not a UK postcode")
    return f"{value[:-3]} {value[-3:]}"


def uk_date(cell: object) -> date:
    """Return a date; text is read day first, and a time of day is dropped."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        broken("is a number, not a date: format the cell as a date")
    try:
        return parse_date(clean(cell))
    except ValueError as error:
        broken(str(error))


def uk_datetime(cell: object) -> datetime:
    """Return a date and time without zone, as the clock on the wall shows; text is read day first."""
    if isinstance(cell, datetime):
        # Excel stores times as fractions of a day, so 09:30 may come as 09:29:59.999
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0) if cell.microsecond else cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if not isinstance(cell, str):
        broken("is a number, not a date and time: format the cell as a date")
    try:
        return parse_datetime(clean(cell))
    except ValueError as error:
        broken(str(error))


def clock_time(cell: object) -> time:
    """Return a time of day."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    try:
        return parse_time(text(cell))
    except ValueError as error:
        broken(str(error))


def whole_number(cell: object) -> int:
    """Return a whole number; text may have thousands commas."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        broken("is not a whole number")
    if isinstance(cell, str):
        number = decimal_number(cell)
        cell = float(number) if number != number.to_integral_value() else int(number)
    if isinstance(cell, float) and not cell.is_integer():
        broken("is not a whole number")
    return int(cell)


def decimal_number(cell: object) -> Decimal:
    """Return a number as written; text may have a pound sign and thousands commas."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        broken("is not a number")
    try:
        value = Decimal(re.sub(r"^£|,(?=\d{3})|\s", "", text(cell)) if isinstance(cell, str) else repr(cell))
    except InvalidOperation:
        broken("is not a number")
    if not value.is_finite():
        broken("is not a number")
    return value


def yes_or_no(cell: object) -> bool:
    """Return a truth value from what people write for one."""
    value = text(cell).casefold()
    if value in {"yes", "y", "true", "t", "1"}:
        return True
    if value in {"no", "n", "false", "f", "0"}:
        return False
    broken("is neither yes nor no")


Converter = Callable[[Any], object]

NHSNumber = Annotated[str, BeforeValidator(nhs_number)]
"""Ten digits, checked by modulus 11; spaces, hyphens and floats are taken."""
Ubrn = Annotated[str, BeforeValidator(ubrn)]
"""Twelve digits with their leading zeros."""
Phone = Annotated[str, BeforeValidator(phone)]
"""Digits of a telephone number, `07700900123` or `+33123456789`."""
Postcode = Annotated[str, BeforeValidator(postcode)]
"""A UK postcode, `SW1A 1AA`."""
UkDate = Annotated[date, BeforeValidator(uk_date)]
"""A date; text is read day first."""
UkDateTime = Annotated[datetime, BeforeValidator(uk_datetime)]
"""A local date and time; text is read day first."""
