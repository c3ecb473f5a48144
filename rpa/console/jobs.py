"""Home, one job with its progress, and its results."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import HTMLResponse, Response

from rpa.approvals import plan_marks
from rpa.audit import Event
from rpa.connectors.spreadsheet import return_suffix
from rpa.console.begins import begins, robot
from rpa.console.carrying_out import plan_state
from rpa.console.downloads import as_download
from rpa.console.navigation import ADMINS, AUDITORS, OPERATORS, SENDERS
from rpa.console.needing import MOST
from rpa.console.needing import waiting as needing_people
from rpa.console.operating.now import first_of
from rpa.console.plans import can_decide, waiting_for
from rpa.console.record_checks import state_of
from rpa.console.rows import SHOWS, jobs_of, rows_of, waiting_cases
from rpa.console.seeing import may_see, names_seen
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Job, Totals
from rpa.pace import beside, time_left
from rpa.results import write_results
from rpa.standing import standing_of
from rpa.states import JobState

_AT_HOME = 10


def home(visit: Visit) -> Response:
    """Show what is under way, and what was finished last; to the digital team first what it has to look at."""
    plans = waiting_for(visit)
    if not visit.person.may(SENDERS):
        return visit.show("home_other.html", plans=plans, can_decide=can_decide(visit), **_of_others(visit))
    names = names_seen(visit)
    database = visit.desk.database
    running = jobs_of(database, names, is_open=True, limit=_AT_HOME)
    finished = jobs_of(database, names, is_open=False, limit=_AT_HOME)
    shown = [one.id for one in (*running, *finished)]
    waiting = waiting_cases(database, shown)
    needing = len(needing_people(database, names))
    return visit.show("home.html", running=running, finished=finished, titles=titles(visit), waiting=waiting,
                      needing=needing, most=MOST, plans=plans, can_decide=can_decide(visit),
                      marks=plan_marks(database, shown), first=first_of(visit) if visit.person.may(OPERATORS) else None,
                      now=visit.desk.clock.now())  # fmt: skip


def _of_others(visit: Visit) -> dict[str, Any]:
    """Return what auditors and admins see first: whether the record is whole, and how many parts need somebody."""
    found = dict[str, Any]()
    if visit.person.may(AUDITORS):
        found["state"] = state_of(visit)
    if visit.person.may(ADMINS):
        found["to_do"] = sum(not one.ok for one in standing_of(visit.desk))
    return found


def job(visit: Visit) -> Response:
    """Show one job."""
    one = mine(visit)
    return visit.show("job.html", plan=plan_state(visit, one), **told(visit, one))


def progress(visit: Visit) -> Response:
    """Answer with the part of a job's page that changes; with 304 while it has not."""
    body = visit.drawn("_job.html", **told(visit, mine(visit)))
    tag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    if visit.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return HTMLResponse(body, headers={"ETag": tag})


def results(visit: Visit) -> Response:
    """Hand out the workbook that goes back; that is recorded, and what can't be recorded is not handed out."""
    one = mine(visit)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"job-{one.id}{result_suffix(visit.desk, one)}"
        try:
            write_results(visit.desk, one.id, path)
        except UsageError as error:
            return visit.show("refused.html", status=422, text=in_words(error), one=None)
        facts = {"what": "results", "sha256": sha256(path.read_bytes()).hexdigest()}
        with visit.desk.database.transaction() as connection:
            told = Event("results.exported", visit.person.actor, facts=facts)
            visit.desk.record.append(connection, one.run, told)
        return as_download(path)


def mine(visit: Visit) -> Job:
    """Return the job of the address, if the person may see it; to all others there is none of that number."""
    found = visit.desk.views.job(visit.number("job"))
    if not may_see(visit, found):
        raise NotFoundError(f"there is no job {found.id}")
    return found


def titles(visit: Visit) -> dict[str, str]:
    """Return what each work is called."""
    return {one.name: one.options.title for one in visit.desk.workflows}


def told(visit: Visit, one: Job) -> dict[str, Any]:
    """Return what a page tells of a job."""
    show = visit.asked("show") if visit.asked("show") in SHOWS else ""
    codes = codes_of(visit, one)
    totals = visit.site.counts.of(one)
    lines = rows_of(visit.desk.database, one.id, codes, show=show, after=visit.asked("after"))
    is_open, is_begun = one.state is JobState.OPEN, not _waits(totals)
    is_elsewhere = bool(totals.failed) and not is_open and not visit.desk.lists.failed_of([one.id])[one.id]
    return {
        "job": one,
        "title": titles(visit).get(one.workflow, one.workflow),
        "totals": totals,
        "aside": totals.rejected + totals.duplicate,
        "ended": totals.rows_in - totals.open,
        "is_open": is_open,
        **(robot(visit) if is_open else {"is_worked_on": True, "is_resting": False}),
        "is_begun": is_begun,
        "is_elsewhere": is_elsewhere,  # what needs somebody was sent again, and needs him in that job
        "is_team": visit.person.may(OPERATORS),
        "is_paused": visit.desk.workflow_pauses.of(one.workflow) is not None,
        "inputs": len(one.inputs),
        "input_title": partial(visit.desk.workflows.input_title, one.workflow),
        "minutes_left": _minutes_left(visit, one, totals) if is_open else None,
        "beside": None if is_begun or not is_open else beside(visit.desk.database, one.id),
        "begins": begins(visit, one.workflow, one, is_under_way=is_begun) if is_open else None,
        "lines": lines,
        "show": show,
        "after": visit.asked("after"),
    }


def _minutes_left(visit: Visit, one: Job, totals: Totals) -> int | None:
    left = time_left(visit.desk.database, one.run, totals, now=visit.desk.clock.now())
    return None if left is None else max(round(left.total_seconds() / 60), 1)


def _waits(totals: Totals) -> bool:
    """Return whether nothing was done yet of what can be."""
    return 0 < totals.open == totals.rows_in - totals.rejected - totals.duplicate - totals.left_out


def codes_of(visit: Visit, one: Job) -> Mapping[str, str]:
    """Return what the codes of a job's work mean."""
    try:
        return visit.desk.workflows.get(one.workflow).options.codes
    except NotFoundError:  # an old job outlives its workflow
        return {}


def result_suffix(desk: Desk, one: Job) -> str:
    """Return how the name of a job's results ends: as what was sent, where that comes back."""
    work = desk.workflows.get(one.workflow)
    if work.reporter is not None or len(work.inputs) > 1:
        return ".xlsx"
    return return_suffix(Path(str(one.inputs[0]["file"])))
