"""Jobs: start one, follow it, fetch what came of it, stop it."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from rpa.audit import Event
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.console.api import models
from rpa.console.api.call import Call
from rpa.console.api.repeating import Repeated
from rpa.console.checking import refuse_unseen
from rpa.console.downloads import as_download
from rpa.console.jobs import result_suffix
from rpa.console.rows import PAGE, SHOWS, Line, rows_of
from rpa.console.seeing import may_see, names_seen
from rpa.definition import Workflow
from rpa.exceptions import NotFoundError, UsageError
from rpa.lists import JobFilter
from rpa.models import Job
from rpa.putting_back import take_back
from rpa.results import write_results
from rpa.sheet_of_rows import sheet_of_rows
from rpa.workflow_pauses import WorkflowPause

_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt")


def works(call: Call) -> models.Works:
    """Return what the robot can do."""
    pauses, found = call.desk.workflow_pauses.all(), sorted(call.desk.workflows, key=lambda one: one.name)
    return models.Works(workflows=[_work(one, pauses.get(one.name)) for one in found])


def start(call: Call) -> Response:
    """Make a job of rows or files; what was sent before is the job that it made then."""
    sent, repeated = call.sent, Repeated.of(call)
    before = repeated.before()
    if before is not None:
        return JSONResponse(told(before).model_dump(mode="json"), 200)
    work = call.desk.workflows.get(sent.workflow)
    with TemporaryDirectory() as folder:
        paths = _files(Path(folder), work, sent)
        refuse_unseen(call, work, [str(path) for path in paths.values()])
        files = [f"{name}={path}" for name, path in paths.items()]
        made = call.desk.submit(work.name, files, by=call.person.actor, params=sent.params, dry_run=sent.plan,
                                again=sent.again, also=repeated.keep)  # fmt: skip
    if not may_see(call, made.job):  # somebody of elsewhere sent the very same
        raise UsageError("the same was sent before by somebody whose jobs you don't see; give `again` to start it anew")
    return JSONResponse(told(made.job).model_dump(mode="json"), 201 if made.is_new else 200)


def listed(call: Call) -> models.JobPage:
    """Return a page of jobs."""
    names, before = names_seen(call), call.asked_number("before")
    wanted = JobFilter(requested_by=None if names is None else names)
    found = call.desk.lists.jobs(wanted, before=before, limit=PAGE + 1)
    following = f"/api/v1/jobs?before={found[PAGE - 1].id}" if len(found) > PAGE else None
    return models.JobPage(jobs=[told(one) for one in found[:PAGE]], next=following)


def one(call: Call) -> models.JobInFull:
    """Return a job."""
    found = mine(call)
    totals = models.Totals.model_validate(call.desk.views.totals(found.id))
    return models.JobInFull(**told(found).model_dump(), totals=totals)


def rows(call: Call) -> models.RowPage:
    """Return a page of rows."""
    found, show = mine(call), call.asked("show")
    if show and show not in SHOWS:
        raise UsageError(f"there is no such part of a job's rows, expected one of {', '.join(SHOWS)}")
    page = rows_of(call.desk.database, found.id, _codes(call, found), show=show, after=call.asked("after"))
    made = [_row(line, call.desk.workflows.input_title(found.workflow, line.place.input)) for line in page.lines]
    return models.RowPage(rows=made, next=_following(found, show, page.following))


def results(call: Call) -> Response:
    """Return the workbook that goes back; what can't be recorded is not handed out."""
    found = mine(call)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"job-{found.id}{result_suffix(call.desk, found)}"
        write_results(call.desk, found.id, path)
        facts = {"what": "results", "sha256": sha256(path.read_bytes()).hexdigest()}
        with call.desk.database.transaction() as connection:
            call.desk.record.append(connection, found.run, Event("results.exported", call.person.actor, facts=facts))
        return as_download(path)


def stop(call: Call) -> models.Stopped:
    """Take back what waits."""
    found = mine(call)
    stopped = take_back(call.desk.lists, call.desk.queue, found.id, by=call.person.actor, why="stopped by a program")
    call.site.counts.forget(found.id)
    return models.Stopped(stopped=stopped)


def mine(call: Call) -> Job:
    """Return the job of the path, if the person may see it; to all others there is none of that number."""
    found = call.desk.views.job(call.number("job"))
    if not may_see(call, found):
        raise NotFoundError(f"there is no job {found.id}")
    return found


def told(one: Job) -> models.Job:
    """Return a job as programs are told of it."""
    return models.Job(id=one.id, workflow=one.workflow, state=one.state, plan=one.dry_run,
                      requested_by=one.requested_by, rows=one.rows_in, open_rows=one.open_items,
                      submitted_at=one.submitted_at, completed_at=one.completed_at)  # fmt: skip


def _row(line: Line, title: str) -> models.Row:
    said = line.taken.sentence if line.taken else line.said
    return models.Row(input=line.place.input, title=title, sheet=line.place.sheet, row=line.place.row,
                      state=line.state, outcome=line.outcome, said=said, case=line.item_id)  # fmt: skip


def _work(one: Workflow[Any], pause: WorkflowPause | None) -> models.Work:
    inputs = {name: [each.wanted.headings[0] for each in columns_of(model)] for name, model in one.inputs.items()}
    return models.Work(name=one.name, title=one.options.title, version=one.version, inputs=inputs,
                       input_titles={name: one.title_of(name) for name in one.inputs},
                       params=one.options.params.model_json_schema(),
                       needs_approval=one.options.approval is not None, paused=pause is not None,
                       why=pause and str(pause))  # fmt: skip


def _files(folder: Path, work: Workflow[Any], sent: models.NewJob) -> dict[str, Path]:
    if any(not some for some in sent.rows.values()):
        raise UsageError("found no rows for an input, expected one at least")
    if bool(sent.rows) == bool(sent.files):
        raise UsageError("found both rows and files, or neither; expected one of them")
    unknown = set(sent.rows or sent.files) - set(work.inputs)
    if unknown:
        raise UsageError(
            f"found {len(unknown)} inputs of other names, expected those of {work.name}: {', '.join(work.inputs)}"
        )
    if sent.rows:
        return {name: _written(folder / f"{name}.csv", sheet_of_rows(work.inputs[name], rows))
                for name, rows in sent.rows.items()}  # fmt: skip
    return {name: _written(folder / _safe(name, file), _decoded(file)) for name, file in sent.files.items()}


def _safe(name: str, file: models.File) -> str:
    """Return a name of our own for a file: that of its input, with the ending that says what it is."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(
            f"found a file for {name} of another kind, expected a name that ends with one of {', '.join(_SUFFIXES)}"
        )
    return f"{name}{suffix}"


def _decoded(file: models.File) -> bytes:
    try:
        return b64decode(file.content, validate=True)
    except binascii.Error:
        raise UsageError("found the content of a file that is not base64, expected its bytes as base64") from None


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _codes(call: Call, one: Job) -> Mapping[str, str]:
    try:
        return call.desk.workflows.get(one.workflow).options.codes
    except NotFoundError:  # an old job outlives its workflow
        return {}


def _following(one: Job, show: str, mark: str) -> str | None:
    if not mark:
        return None
    asked = {"after": mark} | ({"show": show} if show else {})
    return f"/api/v1/jobs/{one.id}/rows?{urlencode(asked)}"
