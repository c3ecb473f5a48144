"""What is wrong with the parameters of a job, in words: what was found, what was expected, and which there are."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema

from rpa.logs import scrubbed

_KINDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
_FORMATS = {"date": "a date such as 2026-11-20", "date-time": "a time such as 2026-11-20T09:30",
            "time": "a time such as 09:30"}  # fmt: skip
_OWN_WORDS = "Value error, "


def wrong_params(model: type[BaseModel], given: Mapping[str, Any], error: ValidationError | None) -> list[str]:
    """Say of each parameter that is wrong what is; an empty list if none is."""
    known = list(model.model_fields)
    wrong = [_unknown(name, known) for name in _unknown_names(model, given)]
    for one in error.errors() if error is not None else ():
        name = ".".join(map(str, one["loc"]))
        if one["type"] != "extra_forbidden":
            wrong.append(_wrong(model, name, one, given))
    return wrong


def taken_params(model: type[BaseModel]) -> str:
    """Say which parameters there are, what each takes, and what it is if it isn't given."""
    return "; ".join(_taken(model, name) for name in model.model_fields) or "none"


def _unknown_names(model: type[BaseModel], given: Mapping[str, Any]) -> Iterator[str]:
    if model.model_config.get("extra") == "allow":
        return
    names = {*model.model_fields, *(one.alias for one in model.model_fields.values() if one.alias)}
    yield from (name for name in given if name not in names)


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"there is no {name!r}{f', is it {near[0]!r}?' if near else ''}"


def _wrong(model: type[BaseModel], name: str, problem: Any, given: Mapping[str, Any]) -> str:
    if problem["type"] == "missing":
        return f"{name} is missing, expected {expected_param(model, name)}"
    found = _shown(given.get(name, problem.get("input")))
    said = str(problem["msg"])
    if said.startswith(_OWN_WORDS):  # the workflow's own check says what it takes
        return f"{name} is {found}: {said.removeprefix(_OWN_WORDS)}"
    return f"{name} is {found}, expected {expected_param(model, name)}"


def _shown(value: object) -> str:
    """Return what was found, without what may be a patient's."""
    found = scrubbed(repr(value))
    return "a date in another form" if "[date]" in found else found


def _taken(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    usual = field.get_default(call_default_factory=False)
    if field.is_required():
        more = "; must be given"
    elif usual is None or isinstance(usual, tuple | list | dict):
        more = ""
    else:
        more = f"; {str(usual).lower() if isinstance(usual, bool) else usual} if not given"
    return f"{name} ({expected_param(model, name)}{more})"


def expected_param(model: type[BaseModel], name: str) -> str:
    """Return what a parameter takes, in words."""
    try:
        schema = model.model_json_schema()
    except PydanticInvalidForJsonSchema:  # a type of the workflow's own, which only its own check can explain
        return "another value"
    return _in_words(schema["properties"].get(name, {}), schema.get("$defs", {}))


def _in_words(one: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    """Put the JSON schema of one parameter in words."""
    if "$ref" in one:
        return _in_words(named[str(one["$ref"]).rpartition("/")[2]], named)
    if "anyOf" in one:
        parts = [_in_words(each, named) for each in one["anyOf"] if each.get("type") != "null"]
        return " or ".join(parts)
    if "enum" in one or "const" in one:
        return f"one of {', '.join(map(str, one.get('enum', [one.get('const')])))}"
    if one.get("type") == "array":
        return _in_words(one.get("items", {}), named).replace("one of", "some of", 1)
    words = _FORMATS.get(str(one.get("format"))) or _KINDS.get(str(one.get("type")), "another value")
    return words + _limits(one)


def _limits(one: Mapping[str, Any]) -> str:
    least, most = one.get("minimum"), one.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of {least} or more"
    return f" of {most} or less" if most is not None else ""
