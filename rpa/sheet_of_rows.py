"""Writes rows that came one by one as the sheet that somebody would have sent: they go the way of all sheets."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rpa.connectors.spreadsheet import Row
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.headings import normal
from rpa.exceptions import UsageError


def sheet_of_rows(model: type[Row], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the csv of these rows; their values are by heading or by the name of the field.

    Raises:
        UsageError: A row has a column that the work does not know.
    """
    columns = columns_of(model)
    known = {normal(heading): one.field for one in columns for heading in (*one.wanted.headings, one.field)}
    named = [_by_field(row, known, number) for number, row in enumerate(rows, 1)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([one.wanted.headings[0] for one in columns])
    writer.writerows([[_cell(row.get(one.field)) for one in columns] for row in named])
    return text.getvalue().encode("utf-8-sig")


def _by_field(row: Mapping[str, Any], known: Mapping[str, str], number: int) -> dict[str, Any]:
    fields = {name: known.get(normal(name)) for name in row}
    unknown = sum(field is None for field in fields.values())
    if unknown:  # what a program calls its columns may be anything, so it is not repeated
        expected = ", ".join(sorted(set(known.values())))
        raise UsageError(f"row {number} has {unknown} columns that are not known, expected some of {expected}")
    return {str(field): row[name] for name, field in fields.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
