"""A change set as a workbook, for whoever is to approve it: each field of each item, from what to what."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rpa.approvals.changes import ChangeSet, PlannedChange
from rpa.approvals.shown import Shown
from rpa.connectors.spreadsheet import ReportColumn, ReportSheet, Value, write_report
from rpa.models import Job
from rpa.secrets import Credential

_COLUMNS = ("Item", "Who", "Key", "What", "Field", "Is now", "Would become")
_WIDTHS = {"Item": 24, "Is now": 28, "Would become": 28}
"""Wide enough for the facts above the table, and for values to be read beside each other."""
_NOTHING = "(empty)"
_WHEN = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:00)?")
"""A date, or a date and time, as the record holds it."""


def write_changes(target: Path, plan: ChangeSet, job: Job, *, shown: Shown, password: Credential | None = None) -> None:
    """Write a change set into a workbook, whole or not at all.

    Args:
        target: The file, which ends in .xlsx.
        plan: What would be changed.
        job: The plan's job.
        shown: What a person is shown beside the changes: whose each is, what the fields are called, and the digest.
        password: A secret whose password is to open it, where the files that were sent had one.
    """
    items = len({one.key for one in plan.changes})
    facts = (
        ("Asked for by", job.requested_by),
        ("Code", job.version),
        ("Files", "; ".join(f"{one['file']}, SHA-256 {one['sha256']}" for one in job.inputs)),
        ("Changes", f"{len(plan.changes):,} of {items:,} items"),
        ("Stands in the record as", shown.digest),
    )
    rows = [list(line) for one in plan.changes for line in _lines(one, shown)]
    back = f" to put back what job {plan.reverses} changed" if plan.reverses else ""
    title = f"What job {plan.job_id} would change{back}"
    note = f"Nothing of it is written yet. Somebody else approves it: rpa approve {plan.job_id}"
    columns = [ReportColumn(heading, width=_WIDTHS.get(heading)) for heading in _COLUMNS]
    write_report(target, [ReportSheet("Changes", columns, rows, title=title, note=note, facts=facts)],
                 password=password)  # fmt: skip


def _lines(one: PlannedChange, shown: Shown) -> Iterator[tuple[Value, ...]]:
    place = (one.item_id, shown.who.get(one.item_id, one.key), one.key, one.what)
    if one.kind == "effect":
        yield *place, "", "not done", "done"
        return
    for name, value in one.after.items():
        yield *place, shown.label(name), _spelled(one.before.get(name)), _spelled(value)


def _spelled(value: object) -> Value:
    if value is None or value == "":  # an empty cell could be taken for one that stays as it is
        return _NOTHING
    if isinstance(value, str) and _WHEN.fullmatch(value):
        return _spoken(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _spoken(value: str) -> str:
    """Write a date or a time day first, as people read it; what only looks like one stays as it is."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment.strftime("%d/%m/%Y %H:%M" if "T" in value else "%d/%m/%Y")
