"""Corrections that a person writes on the sheet of what is for people, in the columns that the list has too."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rpa.connectors.spreadsheet import Row, read_table
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.headings import normal
from rpa.definition import Workflow
from rpa.exceptions import InputRefused, UsageError
from rpa.models import RowRef, WorkItem
from rpa.results.lines import FOR_A_PERSON, INPUT
from rpa.secrets import Credential

Cells = Mapping[str, Any]
"""What a line says, by the field of the row class."""


def correctable(workflow: Workflow[Any], headings: Iterable[str]) -> dict[str, str]:
    """Return the field that each heading of the sheet stands for; none where a plan makes the cases of the rows."""
    if workflow.planner is not None:
        return {}
    fields = {normal(name): one.field for one in columns_of(workflow.row_model) for name in one.wanted.headings}
    return {heading: fields[normal(heading)] for heading in headings if normal(heading) in fields}


def cells_beside(workflow: Workflow[Any], path: Path, *, password: Credential | None) -> dict[RowRef, Cells]:
    """Return what the marked lines of the sheet say in the columns that the list has too, by place.

    Raises:
        UsageError: A cell can't be read.
    """
    if workflow.planner is not None:
        return {}
    try:
        model = workflow.row_model
        table = read_table(path, model, name=INPUT, sheet=FOR_A_PERSON, password=password)
    except InputRefused:  # the sheet has not all columns of the list
        return {}
    for line in table.rejected:
        problem = line.problems[0]
        raise UsageError(
            f"{path.name}, sheet {FOR_A_PERSON}, row {line.source.row}: {problem}; correct it there and send the "
            "workbook again. Nothing was submitted"
        )
    fields = set(correctable(workflow, table.headings).values())
    return {row.source: row.model_dump(mode="json", include=fields) for row in table if row.resubmit}


def corrected_row(workflow: Workflow[Any], item: WorkItem, cells: Cells, place: RowRef) -> Row | None:
    """Return an item's row as a person corrected it; None if nothing was.

    Raises:
        UsageError: What was corrected doesn't fit the rest of the row.
    """
    if all(item.data.get(name) == value for name, value in cells.items()):
        return None
    try:
        row: Row = workflow.row_model.model_validate({**item.data, **cells, "source": place})
    except ValidationError:
        raise UsageError(
            f"sheet {FOR_A_PERSON}, row {place.row}: what was corrected doesn't fit the rest of the row; correct the "
            "row in the list and send that again. Nothing was submitted"
        ) from None
    return row
