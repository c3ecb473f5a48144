"""Compile a row class into one converter for each column."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from rpa.connectors.spreadsheet import cells
from rpa.connectors.spreadsheet.headings import Wanted, normal
from rpa.connectors.spreadsheet.rows import OWN_FIELDS, Row

PLAIN: dict[object, cells.Converter] = {
    str: cells.text,
    date: cells.uk_date,
    datetime: cells.uk_datetime,
    time: cells.clock_time,
    int: cells.whole_number,
    float: lambda cell: float(cells.decimal_number(cell)),
    Decimal: cells.decimal_number,
    bool: cells.yes_or_no,
}


OWN_CONVERTERS: dict[object, cells.Converter] = {
    converter: converter
    for converter in (cells.nhs_number, cells.ubrn, cells.phone, cells.postcode, cells.uk_date, cells.uk_datetime)
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row class: how a cell becomes its value."""

    field: str
    wanted: Wanted
    convert: cells.Converter
    may_be_blank: bool
    has_default: bool
    known: bool
    """Whether `convert` alone decides, so that pydantic need not look at the value again."""


def columns_of(model: type[Row]) -> tuple[Column, ...]:
    """Return the columns a row class asks for, in its own order."""
    return tuple(_column(name, info) for name, info in model.model_fields.items() if name not in OWN_FIELDS)


def _column(name: str, info: FieldInfo) -> Column:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    headings = extra.get("headings") or [name.replace("_", " ")]
    required = bool(extra.get("required", info.is_required()))
    annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    return Column(
        field=name,
        wanted=Wanted(name, tuple(str(heading) for heading in headings if heading), required),  # type: ignore[union-attr]
        convert=_converter(annotation),
        may_be_blank=type(None) in get_args(info.annotation),
        has_default=not info.is_required(),
        known=_is_known(annotation),
    )


def is_plain(model: type[Row], columns: Sequence[Column]) -> bool:
    """Tell whether the converters check everything a row class demands: it has no rule of its own."""
    rules = model.__pydantic_decorators__
    own = rules.field_validators or rules.model_validators or rules.validators or rules.root_validators
    made = model.__init__ is Row.__init__ and model.model_post_init is Row.model_post_init
    return made and not own and all(column.known for column in columns)


def _is_known(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        _, *marks = get_args(annotation)
        return all(isinstance(mark, BeforeValidator) and mark.func in OWN_CONVERTERS for mark in marks)
    if get_origin(annotation) in {Union, types.UnionType}:
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return len(parts) == 1 and _is_known(parts[0])
    if get_origin(annotation) is Literal:
        return True
    return annotation in PLAIN or (isinstance(annotation, type) and issubclass(annotation, Enum))


def _converter(annotation: Any) -> cells.Converter:
    """Return what turns a cell into the annotated type; pydantic itself decides about types not known here."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        validators = [mark.func for mark in marks if isinstance(mark, BeforeValidator)]
        own = next((OWN_CONVERTERS[func] for func in validators if func in OWN_CONVERTERS), None)
        # an author's own validator wants the cell as it stands; pydantic calls it
        return own or (_unchanged if validators else _converter(inner))
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [_converter(part) for part in get_args(annotation) if part is not type(None)]
        return inner[0] if len(inner) == 1 else _unchanged
    if get_origin(annotation) is Literal:
        return _one_of({str(choice): choice for choice in get_args(annotation)})
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _one_of({str(member.value): member for member in annotation})
    return PLAIN.get(annotation, _unchanged)


def _unchanged(cell: Any) -> object:
    return cells.clean(cell) if isinstance(cell, str) else cell


def _one_of(choices: dict[str, Any]) -> cells.Converter:
    by_name = {" ".join(name.split()).casefold(): choice for name, choice in choices.items()}
    rule = f"is not one of: {', '.join(choices)}"

    def choose(cell: Any) -> object:
        if isinstance(cell, Enum):
            return cell
        choice = by_name.get(" ".join(cells.text(cell).split()).casefold())
        return cells.broken(rule) if choice is None else choice

    return choose


def wanted(columns: Sequence[Column], also: Mapping[str, str]) -> tuple[Wanted, ...]:
    """Return what to look for in a sheet's headings.

    `also` names headings of a layout of somebody's own, each with the heading that it stands for.
    """
    return tuple(_with(column.wanted, also) for column in columns)


def _with(one: Wanted, also: Mapping[str, str]) -> Wanted:
    known = {normal(heading) for heading in one.headings}
    more = tuple(theirs for theirs, ours in also.items() if normal(ours) in known)
    return replace(one, headings=(*one.headings, *more)) if more else one
