"""The spreadsheet connector: typed rows out of workbooks and csv files, and workbooks back to staff."""

from rpa.connectors.spreadsheet.cells import NHSNumber, Phone, Postcode, Ubrn, UkDate, UkDateTime
from rpa.connectors.spreadsheet.limits import Limits
from rpa.connectors.spreadsheet.reader import read_table
from rpa.connectors.spreadsheet.rows import Problem, RejectedRow, Row, RowRef, Table, column

__all__ = [
    "Limits",
    "NHSNumber",
    "Phone",
    "Postcode",
    "Problem",
    "RejectedRow",
    "Row",
    "RowRef",
    "Table",
    "Ubrn",
    "UkDate",
    "UkDateTime",
    "column",
    "read_table",
]
