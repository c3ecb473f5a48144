"""The OpenAPI document, made from the same table that answers."""

from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from rpa.console.api.models import Problem
from rpa.console.api.repeating import HEADER, LONGEST
from rpa.console.api.table import BASE, ENDPOINTS, NAMES, NUMBERS, Endpoint

_REFERENCE = "#/components/schemas/{model}"
_REFUSALS = {"401": "The token is missing or does not hold.", "403": "The token's role may not do this.",
             "429": "There were too many requests: `Retry-After` says how many seconds to wait."}  # fmt: skip
_NOT_FOUND = {"404": "There is nothing of that number or name, or nothing that this person may see."}
_TOO_LARGE = {"413": "What was sent is larger than a spreadsheet may be."}
_NOT_TAKEN = {"422": "It was not taken: the answer says what was found, what was expected and what to do."}


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document, as OpenAPI 3.1 has it."""
    models = {model for one in ENDPOINTS for model in (one.takes, one.gives, Problem) if model is not None}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for one in ENDPOINTS:
        paths.setdefault(f"{BASE}{one.path}", {})[one.method.lower()] = _operation(one)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Robot desk", "version": version("rpa"), "description": __doc__},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": {"token": bearer}},
        "security": [{"token": []}],
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.said,
        "description": f"For the roles {', '.join(sorted(one.roles))}.",
        "parameters": [*_in_path(one), *_in_address(one), *_in_headers(one)],
        "responses": _responses(one),
    }
    if one.takes is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _named(one.takes)}}}
    return made


def _in_path(one: Endpoint) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True,
             "schema": {"type": "string", "minLength": 1} if name in NAMES else dict(NUMBERS)}
            for name in names]  # fmt: skip


def _in_address(one: Endpoint) -> list[dict[str, Any]]:
    return [{"name": each.name, "in": "query", "required": False, "description": each.said,
             "schema": dict(NUMBERS) if each.is_number else {"type": "string"} | (
                 {"enum": list(each.one_of)} if each.one_of else {})}
            for each in one.asked]  # fmt: skip


def _in_headers(one: Endpoint) -> list[dict[str, Any]]:
    if not one.is_keyed:
        return []
    said = "A key of your own: the same request sent again under it finds the job that the first one made."
    return [{"name": HEADER, "in": "header", "required": False, "description": said,
             "schema": {"type": "string", "maxLength": LONGEST}}]  # fmt: skip


def _responses(one: Endpoint) -> dict[str, Any]:
    refusals = _REFUSALS | (_NOT_FOUND if "{" in one.path or one.takes else {}) | _NOT_TAKEN | _TOO_LARGE
    made = {status: {"description": said, "content": {"application/problem+json": {"schema": _named(Problem)}}}
            for status, said in refusals.items()}  # fmt: skip
    if one.gives is None:
        given = {"description": "A file.", "content": {"*/*": {}}}
    else:
        given = {"description": "Done.", "content": {"application/json": {"schema": _named(one.gives)}}}
    done = {str(one.status): given}
    if one.status == 201:
        done["200"] = given | {"description": "It was sent before: this is its job."}
    return made | done


def _named(model: type[Any]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}
