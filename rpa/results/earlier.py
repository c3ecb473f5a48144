"""Rows that came back with another key: what they were before still needs somebody, and no job has it any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rpa.connectors.spreadsheet.prompts import jobs_named_in
from rpa.exceptions import NotFoundError
from rpa.models import RowRef
from rpa.states import ItemState, RowEnd
from rpa.views import RowStory, Views


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A row of an earlier job that failed, and where the sheet has another row now."""

    place: RowRef
    item_id: int


def earlier_rows(views: Views, workflow: str, path: Path, marked: Collection[RowRef], *,
                 keys: Collection[str]) -> list[EarlierRow]:  # fmt: skip
    """Return what still needs somebody of the rows that were marked to be sent again.

    Args:
        views: Where jobs are looked up.
        workflow: The name of the workflow that the file was sent to.
        path: The file: results that came back name their job.
        marked: The rows that a person has marked.
        keys: What they stand for now; an item with one of these is on its way again.
    """
    if not marked:
        return []
    found = {
        row.item.id: EarlierRow(row.place, row.item.id)
        for number in jobs_named_in(path)
        for row in _rows(views, workflow, number)
        if row.item is not None and row.place in marked and _waits(row) and row.item.key not in keys
    }
    return sorted(found.values(), key=lambda one: one.place)


def what_is_left(earlier: Sequence[EarlierRow]) -> str:
    """Say which rows of an earlier job nobody has dealt with, since the file has others in their place now."""
    rows = ", ".join(f"row {one.place.row}" for one in earlier)
    if len(earlier) == 1:
        return f"1 earlier row is not in this file and still needs you: {rows}. What stands there now is new."
    return (
        f"{len(earlier):,} earlier rows are not in this file and still need you: {rows}. What stands there now is new."
    )


def _rows(views: Views, workflow: str, number: int) -> list[RowStory]:
    try:
        return views.rows(number) if views.job(number).workflow == workflow else []
    except NotFoundError:  # the results of another installation
        return []


def _waits(row: RowStory) -> bool:
    return row.ended is RowEnd.ITEM and row.item is not None and row.item.state is ItemState.FAILED
