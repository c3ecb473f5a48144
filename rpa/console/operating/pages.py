"""The addresses of the digital team's pages."""

from collections.abc import Mapping

from rpa.console.door import Page
from rpa.console.navigation import OPERATORS
from rpa.console.operating import (
    causes_out,
    figures,
    noting,
    now,
    problems,
    runs,
    schedules,
    systems,
    traces,
    workers,
    workflows,
)

_CAUSE = "/problems/{workflow}/{failure}/{code}"

OPERATING_PAGES: Mapping[str, Page] = {
    "/now": Page(now.now, roles=OPERATORS),
    "/problems": Page(problems.problems, roles=OPERATORS),
    "/problems/download": Page(causes_out.causes, roles=OPERATORS),
    f"{_CAUSE}/rows/download": Page(causes_out.rows_of_cause, roles=OPERATORS),
    _CAUSE: Page(problems.problem, roles=OPERATORS),
    f"{_CAUSE}/retry": Page(problems.ask_retry, problems.retry, OPERATORS),
    f"{_CAUSE}/note": Page(noting.ask_note, noting.note, OPERATORS),
    "/runs/{item:int}": Page(runs.run, roles=OPERATORS),
    "/runs/{item:int}/log": Page(runs.log, roles=OPERATORS),
    "/runs/{item:int}/kept/{digest}": Page(runs.kept, roles=OPERATORS),
    "/trace-viewer/{file:path}": Page(traces.viewer, roles=OPERATORS),
    "/systems": Page(systems.systems, roles=OPERATORS),
    "/systems/{system}": Page(systems.system, systems.change, OPERATORS),
    "/workers": Page(workers.workers, roles=OPERATORS),
    "/workers/{machine}": Page(workers.machine, workers.change, OPERATORS),
    "/schedules": Page(schedules.schedules, roles=OPERATORS),
    "/schedules/{schedule}": Page(schedules.schedule, schedules.change, OPERATORS),
    "/workflows": Page(workflows.workflows, roles=OPERATORS),
    "/workflows/{workflow}": Page(workflows.workflow, workflows.change, OPERATORS),
    "/figures": Page(figures.figures, roles=OPERATORS),
}
