"""What a case was made of, as it was sent, its own cells and each row of its lists, and what was noted beside that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.rows import OWN_FIELDS, Row
from rpa.definition import Workflow
from rpa.models import WorkItem
from rpa.runpage.words import field_name


@dataclass(frozen=True, slots=True)
class Part:
    """Cells that belong together, by their headings; the case's own have no title."""

    title: str
    cells: Sequence[tuple[str, Any]]
    is_noted: bool = False
    """Whether nobody has sent them: the robot has noted them as it read the rows, such as the day by which it asks."""


def parts_of(work: Workflow[Any] | None, one: WorkItem) -> list[Part]:
    """Return the case as it was read: under the headings of the template, if the workflow is still there."""
    data = {name: value for name, value in one.data.items() if name not in OWN_FIELDS}
    rows = [_part(work, name, row) for name, value in data.items() for row in _rows_in(value)]
    own = {name: value for name, value in data.items() if not _rows_in(value) and value != one.code}
    if work is None:
        return [part for part in (Part("", _cells(None, own)), *rows) if part.cells]
    sent = {} if rows else {name: own[name] for name in own.keys() & _sent(work)}  # the rows say it of themselves
    # What a plan notes for itself, such as whether it is done again, helps nobody.
    noted = {name: own[name] for name in own.keys() - _sent(work) if not isinstance(own[name], bool)}
    parts = (Part("", _cells(work.row_model, sent)), *rows, Part("", _cells(work.row_model, noted), is_noted=True))
    return [part for part in parts if part.cells]


def _part(work: Workflow[Any] | None, name: str, row: Mapping[str, Any]) -> Part:
    source = row.get("source") or {}
    title = f"{_called(work, source['input'])}, row {source['row']}" if source.get("row") else field_name(name)
    model = work.inputs.get(source.get("input") or name) if work is not None else None
    return Part(title, _cells(model, {field: row[field] for field in row.keys() - OWN_FIELDS}))


def _called(work: Workflow[Any] | None, name: str) -> str:
    return field_name(name) if work is None else work.title_of(name)


def _cells(model: type[Row] | None, data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return values in the order and under the headings of a sheet; what stands in none under the field's name."""
    named = {each.field: each.wanted.headings[0] for each in columns_of(model)} if model is not None else {}
    order = [*(field for field in named if field in data), *sorted(data.keys() - named.keys())]
    # A field without a column has its name for a heading, with spaces.
    said = {field: heading for field, heading in named.items() if heading != field.replace("_", " ")}
    return [(said.get(field, field_name(field)), data[field]) for field in order]


def _sent(work: Workflow[Any]) -> set[str]:
    return {each.field for model in work.inputs.values() for each in columns_of(model)}


def _rows_in(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
