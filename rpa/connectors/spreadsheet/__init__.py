"""The spreadsheet connector: typed rows out of workbooks and csv files, and workbooks back to staff."""

from rpa.connectors.spreadsheet.booklook import Value
from rpa.connectors.spreadsheet.cells import NHSNumber, Phone, Postcode, Ubrn, UkDate, UkDateTime
from rpa.connectors.spreadsheet.limits import Limits
from rpa.connectors.spreadsheet.listing import write_rows
from rpa.connectors.spreadsheet.properties import custom_properties
from rpa.connectors.spreadsheet.reader import Corrections, read_corrected, read_table
from rpa.connectors.spreadsheet.report import ReportColumn, ReportRow, ReportSheet, Tint, write_report
from rpa.connectors.spreadsheet.returned import RowResult, return_suffix, write_return_workbook
from rpa.connectors.spreadsheet.rows import Problem, RejectedRow, Row, Table, column
from rpa.connectors.spreadsheet.template import write_template
from rpa.models import RowRef

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
