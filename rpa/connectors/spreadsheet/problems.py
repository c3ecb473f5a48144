"""Turn pydantic's errors into plain sentences that never hold the value."""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rpa.connectors.spreadsheet.rows import Problem

BLANK = "is blank, a value is needed"

_PLAIN = {
    "missing": BLANK,
    "none_required": BLANK,
    "string_type": "is not text",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "decimal_parsing": "is not a number",
    "decimal_type": "is not a number",
    "bool_parsing": "is neither yes nor no",
    "date_parsing": "is not a date",
    "date_from_datetime_parsing": "is not a date",
    "date_from_datetime_inexact": "has a time of day, only a date is expected",
    "date_type": "is not a date",
    "datetime_parsing": "is not a date and time",
    "datetime_from_date_parsing": "is not a date and time",
    "datetime_type": "is not a date and time",
    "time_parsing": "is not a time of day",
    "string_pattern_mismatch": "is not written in the form that is expected",
}


def problems_of(error: ValidationError, headings: Mapping[str, str], values: Mapping[str, object]) -> list[Problem]:
    """Return one problem for each thing pydantic found, under the heading the sheet writes."""
    return [_problem(details, headings, values) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, headings: Mapping[str, str], values: Mapping[str, object]) -> Problem:
    field = str(details["loc"][0]) if details["loc"] else ""
    rule = _PLAIN.get(details["type"]) or _sentence(details["msg"])
    for value in [details.get("input"), values.get(field)] if field else values.values():
        # an author's own validator may quote the cell, and a rule ends up in logs and messages
        if isinstance(value, str | int | float) and len(str(value)) > 2:
            rule = rule.replace(str(value), "the value")
    return Problem(headings.get(field, field), rule)


def _sentence(message: str) -> str:
    """`Input should be greater than 0` becomes `should be greater than 0`."""
    for prefix in ("Value error, ", "Assertion failed, ", "Input ", "String ", "Value "):
        message = message.removeprefix(prefix)
    return message
