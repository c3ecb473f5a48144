"""How a results workbook is recognised when it comes back, and the lines on it that a person may mark."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from rpa.connectors.spreadsheet import Row, column, custom_properties
from rpa.models import Job
from rpa.secrets import Credential

FOR_A_PERSON = "For a person"
REJECTED_ROWS = "Rejected rows"
INPUT = "results"
"""The input's name in a job that is made from a returned workbook."""
RESUBMIT = "Resubmit"


class PersonLine(Row):
    """A line of the sheet of what is for a person."""

    item: int = column("Item")


class RejectedLine(Row):
    """A line of the sheet of rejected rows: one cell that broke a rule."""

    extract: str = column("Extract", default="", required=False)
    """Not there where the workflow takes one list."""
    sheet: str = column("Sheet")
    number: int = column("Row")
    heading: str | None = column("Column", default=None)
    corrected: Any = column("Corrected value", default=None)


def mark_of(job: Job) -> Mapping[str, str]:
    """Return the words, shown in no cell, by which the workbook of a job is known when it comes back."""
    # The digest tells it from the workbook of another installation that has a job of the same number.
    inputs = sha256("".join(str(one["sha256"]) for one in job.inputs).encode()).hexdigest()
    return {"rpa-job": str(job.id), "rpa-workflow": job.workflow, "rpa-input": inputs}


def mark_in(path: Path, *, password: Credential | None = None) -> Mapping[str, str]:
    """Return those words of a file; nothing for a file that isn't a returned workbook, or that doesn't open."""
    found = custom_properties(path, password=password)
    return {name: value for name, value in found.items() if name.startswith("rpa-")}
