"""Fields of a form, made of a row class or of the parameters of a work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from rpa.connectors.spreadsheet import Row
from rpa.connectors.spreadsheet.formats import DATE
from rpa.connectors.spreadsheet.guide import ANY_TEXT, Guide, guides_of
from rpa.console.dates import PARTS, as_parts
from rpa.logs import scrubbed
from rpa.params import expected_param
from rpa.runpage.words import field_name

PARAM = "param-"
"""What the name of a parameter begins with in a form: it may be called like something else there."""
FORM = "form.csv"
"""What a form that was filled in is kept as."""
_DATE_HINT = "For example, 27 3 2026."
_FEW = 6
"""So many choices are shown at once; more are put into a list."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is asked for."""

    name: str
    heading: str
    hint: str
    choices: Sequence[str]
    value: str
    may_be_blank: bool = False
    is_date: bool = False

    @property
    def has_few(self) -> bool:
        """Whether its choices can all be shown."""
        return 0 < len(self.choices) <= _FEW

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The three fields of a date, each with what stands in it."""
        return list(zip(PARTS, as_parts(self.value), strict=True))


def fields_of_row(model: type[Row], values: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a row class, with the values that are known."""
    return [_of_guide(one, values) for one in guides_of(model)]


def fields_of_params(model: type[BaseModel], values: Mapping[str, str]) -> list[Field]:
    """Return the fields of a job's parameters, with what was typed, or else what they are if nothing is."""
    schema = model.model_json_schema().get("properties", {})
    asked = [name for name in model.model_fields if schema.get(name, {}).get("type") not in ("array", "object")]
    return [_of_param(name, model, schema.get(name, {}), values) for name in asked]


def typed_params(model: type[BaseModel], typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the parameters that were typed, and what is wrong with them by their names."""
    given = {name: typed[name] for name in model.model_fields if typed.get(name)}
    try:
        model.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False, include_context=False)
        return given, {f"{PARAM}{one['loc'][0]}": scrubbed(one["msg"]) for one in wrong if one["loc"]}
    return given, {}


def _of_guide(one: Guide, values: Mapping[str, Any]) -> Field:
    is_date = one.kind.number_format == DATE
    words = _DATE_HINT if is_date else "" if one.kind.words == ANY_TEXT or one.kind.choices else one.kind.words
    blank = "Can be left blank." if one.may_be_blank else ""
    hint = " ".join(filter(None, (words, one.note, blank)))
    return Field(one.name, one.heading, hint, one.kind.choices, _as_typed(values.get(one.name)), one.may_be_blank,
                 is_date)  # fmt: skip


def _of_param(name: str, model: type[BaseModel], schema: Mapping[str, Any], values: Mapping[str, str]) -> Field:
    info = model.model_fields[name]
    usual = "" if info.is_required() else _as_typed(info.get_default(call_default_factory=False))
    choices = ("Yes", "No") if schema.get("type") == "boolean" else tuple(map(str, schema.get("enum", ())))
    is_date = any(one.get("format") == "date" for one in (schema, *schema.get("anyOf", ())))
    expected = expected_param(model, name)
    words = _DATE_HINT if is_date else f"{expected[:1].upper()}{expected[1:]}."
    hint = " ".join(filter(None, (info.description, words)))
    return Field(
        f"{PARAM}{name}",
        info.title or field_name(name),
        hint,
        choices,
        values.get(name) or usual,
        not info.is_required(),
        is_date,
    )


def _as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
