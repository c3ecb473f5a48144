"""The list of jobs: whose, of which work, and which of them still run, stands in the address."""

from urllib.parse import urlencode

from starlette.responses import Response

from rpa.approvals import plan_marks
from rpa.console.jobs import titles
from rpa.console.rows import waiting_cases
from rpa.console.seeing import names_asked, whose_of
from rpa.console.visit import Visit
from rpa.lists import PAGE, JobFilter

_STATES = {"running": "Running", "ended": "Not running"}
_FILTERS = ("whose", "workflow", "state")


def jobs(visit: Visit) -> Response:
    """List jobs, newest first."""
    chosen = {name: visit.asked(name) for name in _FILTERS if visit.asked(name)}
    given = visit.asked("before")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    found = visit.desk.lists.jobs(wanted_jobs(visit), before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    older = urlencode(chosen | {"before": str(shown[-1].id)}) if len(found) > PAGE else ""
    numbers = [one.id for one in shown]
    return visit.show("jobs.html", jobs=shown, marks=plan_marks(visit.desk.database, numbers),
                      now=visit.desk.clock.now(), titles=titles(visit), is_first=before is None, chosen=chosen,
                      waiting=waiting_cases(visit.desk.database, numbers), older=older,
                      newest=urlencode(chosen), whose=whose_of(visit), states=_STATES)  # fmt: skip


def wanted_jobs(visit: Visit) -> JobFilter:
    """Return which jobs the address asks for."""
    state = visit.asked("state")
    return JobFilter(names_asked(visit), visit.asked("workflow") or None, state == "running", state == "ended")
