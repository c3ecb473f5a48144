"""A patient as a command names one."""

from pydantic import TypeAdapter, ValidationError

from rpa.connectors.spreadsheet import NHSNumber
from rpa.exceptions import UsageError


def checked_nhs_number(given: str) -> str:
    """Return the ten digits of an NHS number, however it is written.

    Raises:
        UsageError: It isn't one; what was given is not repeated.
    """
    try:
        return str(TypeAdapter(NHSNumber).validate_python(given))
    except ValidationError:
        raise UsageError(
            "that is not an NHS number, expected ten digits of which the last checks the others; look at it again"
        ) from None
