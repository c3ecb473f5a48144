"""Workflows: what each does, what it needs, its codes, and how it is written down."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from rpa.codes import Explanation, explain
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.console.visit import Visit
from rpa.definition import Workflow


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet that a workflow reads."""

    sheet: str
    heading: str
    must_be_there: bool


def workflows(visit: Visit) -> Response:
    """List the workflows of this installation."""
    found = sorted(visit.desk.workflows, key=lambda one: one.options.title)
    return visit.show("workflows.html", workflows=found)


def workflow(visit: Visit) -> Response:
    """Show one workflow."""
    one = visit.desk.workflows.get(visit.request.path_params["workflow"])
    return visit.show("workflow.html", one=one, codes=_codes(one), columns=_columns(one),
                      systems=[bot.system_name for bot in one.options.uses])  # fmt: skip


def _codes(one: Workflow[Any]) -> list[tuple[str, Explanation]]:
    return [(code, explain(code, one.options.codes)) for code in sorted(one.options.codes)]


def _columns(one: Workflow[Any]) -> list[Column]:
    return [
        Column(name, each.wanted.headings[0], each.wanted.required)
        for name, model in one.inputs.items() for each in columns_of(model)
    ]  # fmt: skip
