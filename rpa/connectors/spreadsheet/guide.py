"""What a person needs to know of each column of a row class: its heading, what may be in it, and an example."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from rpa.connectors.spreadsheet import cells
from rpa.connectors.spreadsheet.columns import Column, columns_of
from rpa.connectors.spreadsheet.formats import DATE, DATE_TIME, TIME, WHOLE, Value
from rpa.connectors.spreadsheet.rows import Row

EXAMPLE = "Example"
"""What the outcome of a template's example row says, so that it is never done."""
ANY_TEXT = "Text."
"""What is said of a column that takes any text; a note of its own says more."""
AS_TEXT = "@"
"""The number format in which Excel keeps leading zeros, and all digits of a long number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be in a cell, in words; an example of it; the format and the choices that help to write it."""

    words: str
    example: Value
    number_format: str = "General"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """What a person needs to know of one column."""

    name: str
    heading: str
    also: tuple[str, ...]
    """Other headings that are taken for it."""
    kind: Kind
    may_be_blank: bool
    may_be_missing: bool
    note: str
    offered_by: str = ""
    """The field whose cell decides what is offered here."""
    offers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is offered, by what that cell says."""

    @property
    def example(self) -> Value:
        """What the example row has in it."""
        return self.kind.example


# The NHS number is of the range that is never given to a patient, the telephone number of the one kept for films, the
# postcode the NHS's own for "not known".
_OF_VALIDATORS: Mapping[object, Kind] = {
    cells.nhs_number: Kind("An NHS number: ten digits; spaces and hyphens do no harm.", "999 000 0018", AS_TEXT),
    cells.ubrn: Kind("A UBRN: twelve digits, with the zeros at its beginning.", "000000000012", AS_TEXT),
    cells.phone: Kind(
        "A telephone number: digits that begin with 0, or + and a country code.", "0161 496 0000", AS_TEXT
    ),
    cells.postcode: Kind("A UK postcode.", "ZZ99 3WZ", AS_TEXT),
    cells.uk_date: Kind("A date, day first.", date(2026, 3, 4), DATE),
    cells.uk_datetime: Kind("A date, day first, and a time.", datetime(2026, 3, 4, 9, 30), DATE_TIME),  # noqa: DTZ001
}
_OF_TYPES: Mapping[object, Kind] = {
    str: Kind(ANY_TEXT, "Text", AS_TEXT),
    date: _OF_VALIDATORS[cells.uk_date],
    datetime: _OF_VALIDATORS[cells.uk_datetime],
    time: Kind("A time of day, such as 09:30.", time(9, 30), TIME),
    int: Kind("A whole number.", 12, WHOLE),
    float: Kind("A number.", 12.5),
    Decimal: Kind("A number; a pound sign and thousands commas do no harm.", 12.5, "0.00"),
    bool: Kind("Yes or No.", "Yes", AS_TEXT, ("Yes", "No")),
}
_ANYTHING = Kind(ANY_TEXT, "Text", AS_TEXT)


def guides_of(model: type[Row]) -> Sequence[Guide]:
    """Return what to tell of each column of a row class, in its own order."""
    return list(guides_by_field(model).values())


def guides_by_field(model: type[Row]) -> Mapping[str, Guide]:
    """Return what to tell of each column of a row class, by the name of its field."""
    return {column.field: _guide(column, model.model_fields[column.field]) for column in columns_of(model)}


def _guide(column: Column, info: FieldInfo) -> Guide:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    first, *also = column.wanted.headings
    kind = _kind(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
    example: Any = extra.get("example")
    if example is not None:
        kind = Kind(kind.words, example, kind.number_format, kind.choices)
    heading = first if extra.get("headings") else first.capitalize()
    offers: Any = extra.get("offers") or ["", {}]
    return Guide(
        name=column.field,
        heading=heading,
        also=tuple(also),
        kind=kind,
        may_be_blank=column.may_be_blank or column.has_default,
        may_be_missing=not column.wanted.required,
        note=str(extra.get("note") or ""),
        offered_by=offers[0],
        offers=offers[1],
    )


def _kind(annotation: Any) -> Kind:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        validators: list[Callable[..., Any]] = [mark.func for mark in marks if isinstance(mark, BeforeValidator)]
        return next((_OF_VALIDATORS[one] for one in validators if one in _OF_VALIDATORS), _kind(inner))
    if origin in {Union, types.UnionType}:
        inner_kinds = [_kind(part) for part in get_args(annotation) if part is not type(None)]
        return inner_kinds[0] if len(inner_kinds) == 1 else _ANYTHING
    if origin is Literal:
        return _one_of([str(choice) for choice in get_args(annotation)])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _one_of([str(member.value) for member in annotation])
    return _OF_TYPES.get(annotation, _ANYTHING)


def _one_of(choices: Sequence[str]) -> Kind:
    return Kind(f"One of: {', '.join(choices)}.", choices[0], AS_TEXT, tuple(choices))
