"""Bots for hospital admin that lose nothing, do nothing twice and can prove every change: the names an author needs."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rpa.calendars import Calendar
    from rpa.connectors.spreadsheet import NHSNumber, Phone, Postcode, Row, Table, Ubrn, UkDate, UkDateTime, column
    from rpa.definition import Case, NeedsApproval, Workflow, workflow
    from rpa.exceptions import BusinessException, SystemException
    from rpa.item import Item
    from rpa.models import Made
    from rpa.results import Layout, Results, case_sheets
    from rpa.retry import Retry
    from rpa.steps import step

_HOME = {
    "BusinessException": "rpa.exceptions",
    "Calendar": "rpa.calendars",
    "Case": "rpa.definition",
    "Item": "rpa.item",
    "Layout": "rpa.results",
    "Made": "rpa.models",
    "NeedsApproval": "rpa.definition",
    "NHSNumber": "rpa.connectors.spreadsheet",
    "Phone": "rpa.connectors.spreadsheet",
    "Postcode": "rpa.connectors.spreadsheet",
    "Results": "rpa.results",
    "Retry": "rpa.retry",
    "Row": "rpa.connectors.spreadsheet",
    "SystemException": "rpa.exceptions",
    "Table": "rpa.connectors.spreadsheet",
    "Ubrn": "rpa.connectors.spreadsheet",
    "UkDate": "rpa.connectors.spreadsheet",
    "UkDateTime": "rpa.connectors.spreadsheet",
    "Workflow": "rpa.definition",
    "case_sheets": "rpa.results",
    "column": "rpa.connectors.spreadsheet",
    "step": "rpa.steps",
    "workflow": "rpa.definition",
}

__all__ = [
    "BusinessException",
    "Calendar",
    "Case",
    "Item",
    "Layout",
    "Made",
    "NHSNumber",
    "NeedsApproval",
    "Phone",
    "Postcode",
    "Results",
    "Retry",
    "Row",
    "SystemException",
    "Table",
    "Ubrn",
    "UkDate",
    "UkDateTime",
    "Workflow",
    "case_sheets",
    "column",
    "step",
    "workflow",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used, so that `import rpa` costs next to nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'rpa' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
