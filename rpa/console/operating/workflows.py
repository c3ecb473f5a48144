"""Workflows: what each does, what it needs, its codes, how it is written down, and a person's switch for each."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from rpa.codes import Explanation, explain
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.console.begins import unknown_systems
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.definition import Workflow
from rpa.exceptions import UsageError


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet that a workflow reads."""

    sheet: str
    heading: str
    must_be_there: bool


def workflows(visit: Visit) -> Response:
    """List the workflows of this installation."""
    found = sorted(visit.desk.workflows, key=lambda one: one.options.title)
    waiting = {one.name: visit.desk.views.open_items([one.name]) for one in found}
    return visit.show("workflows.html", workflows=found, waiting=waiting, pauses=visit.desk.workflow_pauses.all())


def workflow(visit: Visit) -> Response:
    """Show one workflow, and what can be done."""
    return _shown(visit, {})


def change(visit: Visit) -> Response:
    """Pause a workflow, or let its rows be done again."""
    one, why, way = _named(visit), visit.text("why"), visit.text("way")
    if not why or way not in ("pause", "resume"):
        return _shown(visit, {"why": "Enter why, for the record"})
    pauses = visit.desk.workflow_pauses
    switch = pauses.begin if way == "pause" else pauses.end
    try:
        switch(one.name, by=visit.person.actor, why=why)
    except UsageError as error:
        return _shown(visit, {"why": in_words(error)})
    return visit.go(f"/workflows/{one.name}", said="workflow-paused" if way == "pause" else "workflow-resumed")


def _shown(visit: Visit, errors: dict[str, str]) -> Response:
    one = _named(visit)
    return visit.show("workflow.html", status=422 if errors else 200, errors=errors, one=one, codes=_codes(one),
                      columns=_columns(one), systems=[bot.system_name for bot in one.options.uses],
                      unknown=unknown_systems(visit, one),
                      pause=visit.desk.workflow_pauses.of(one.name), why=visit.text("why"),
                      waiting=visit.desk.views.open_items([one.name]))  # fmt: skip


def _named(visit: Visit) -> Workflow[Any]:
    return visit.desk.workflows.get(visit.request.path_params["workflow"])


def _codes(one: Workflow[Any]) -> list[tuple[str, Explanation]]:
    return [(code, explain(code, one.options.codes)) for code in sorted(one.options.codes)]


def _columns(one: Workflow[Any]) -> list[Column]:
    return [
        Column(one.title_of(name), each.wanted.headings[0], each.wanted.required)
        for name, model in one.inputs.items() for each in columns_of(model)
    ]  # fmt: skip
