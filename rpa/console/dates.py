"""A date as a form asks for it: in three fields, day, month and year."""

from collections.abc import Sequence
from datetime import date

from rpa.connectors.spreadsheet.dates import parse_date

PARTS = ("day", "month", "year")
"""What the names of the three fields end with, and their labels."""


def as_parts(value: str) -> Sequence[str]:
    """Return what stands in the three fields for a value, also for one that is no date; all blank for none."""
    try:
        found = parse_date(value)
    except ValueError:
        split = value.replace("/", " ").split(" ")
        return split if len(split) == len(PARTS) else ("", "", value)
    return str(found.day), str(found.month), str(found.year)


def of_parts(parts: Sequence[str]) -> str:
    """Return the date that stands in three fields, and what stands there if it is none; nothing if all are blank."""
    day, month, year = parts
    if not any(parts):
        return ""
    if len(year) == 4 and all(one.isascii() and one.isdigit() for one in parts):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:  # it is said of it as of a date in a sheet
            pass
    return ("/" if month.isdigit() or not month else " ").join(parts)
