"""The spreadsheet connector: typed rows out of workbooks and csv files, and workbooks back to staff."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rpa.connectors.spreadsheet.cells import NHSNumber, Phone, Postcode, Ubrn, UkDate, UkDateTime
    from rpa.connectors.spreadsheet.formats import Value
    from rpa.connectors.spreadsheet.limits import Limits
    from rpa.connectors.spreadsheet.listing import write_rows
    from rpa.connectors.spreadsheet.properties import custom_properties
    from rpa.connectors.spreadsheet.reader import Corrections, read_corrected, read_table
    from rpa.connectors.spreadsheet.report import ReportColumn, ReportRow, ReportSheet, Tint, write_report
    from rpa.connectors.spreadsheet.returned import RowResult, return_suffix, write_return_workbook
    from rpa.connectors.spreadsheet.rows import Problem, RejectedRow, Row, Table, column
    from rpa.connectors.spreadsheet.template import write_template
    from rpa.models import RowRef

_HOME = {
    "Corrections": "rpa.connectors.spreadsheet.reader",
    "Limits": "rpa.connectors.spreadsheet.limits",
    "NHSNumber": "rpa.connectors.spreadsheet.cells",
    "Phone": "rpa.connectors.spreadsheet.cells",
    "Postcode": "rpa.connectors.spreadsheet.cells",
    "Problem": "rpa.connectors.spreadsheet.rows",
    "RejectedRow": "rpa.connectors.spreadsheet.rows",
    "ReportColumn": "rpa.connectors.spreadsheet.report",
    "ReportRow": "rpa.connectors.spreadsheet.report",
    "ReportSheet": "rpa.connectors.spreadsheet.report",
    "Row": "rpa.connectors.spreadsheet.rows",
    "RowRef": "rpa.models",
    "RowResult": "rpa.connectors.spreadsheet.returned",
    "Table": "rpa.connectors.spreadsheet.rows",
    "Tint": "rpa.connectors.spreadsheet.report",
    "Ubrn": "rpa.connectors.spreadsheet.cells",
    "UkDate": "rpa.connectors.spreadsheet.cells",
    "UkDateTime": "rpa.connectors.spreadsheet.cells",
    "Value": "rpa.connectors.spreadsheet.formats",
    "column": "rpa.connectors.spreadsheet.rows",
    "custom_properties": "rpa.connectors.spreadsheet.properties",
    "read_corrected": "rpa.connectors.spreadsheet.reader",
    "read_table": "rpa.connectors.spreadsheet.reader",
    "return_suffix": "rpa.connectors.spreadsheet.returned",
    "write_report": "rpa.connectors.spreadsheet.report",
    "write_return_workbook": "rpa.connectors.spreadsheet.returned",
    "write_rows": "rpa.connectors.spreadsheet.listing",
    "write_template": "rpa.connectors.spreadsheet.template",
}

__all__ = [
    "Corrections",
    "Limits",
    "NHSNumber",
    "Phone",
    "Postcode",
    "Problem",
    "RejectedRow",
    "ReportColumn",
    "ReportRow",
    "ReportSheet",
    "Row",
    "RowRef",
    "RowResult",
    "Table",
    "Tint",
    "Ubrn",
    "UkDate",
    "UkDateTime",
    "Value",
    "column",
    "custom_properties",
    "read_corrected",
    "read_table",
    "return_suffix",
    "write_report",
    "write_return_workbook",
    "write_rows",
    "write_template",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: the process that parses needs none of them, and is to be small."""
    if name not in _HOME:
        raise AttributeError(f"module 'rpa.connectors.spreadsheet' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
