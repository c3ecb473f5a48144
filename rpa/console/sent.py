"""What was sent, before it is started: which rows can be used, what is wrong with the others, and the start itself."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from rpa.console.begins import begins, robot, unknown_systems
from rpa.console.checking import Look, look, refuse_unseen, write_bad_rows
from rpa.console.door import Page
from rpa.console.downloads import as_download
from rpa.console.forms import FORM, PARAM, Field, fields_of_params, fields_of_row, typed_params
from rpa.console.navigation import OPERATORS, SENDERS
from rpa.console.seeing import may_see
from rpa.console.starting import in_words, uploads_of
from rpa.console.uploads import Upload
from rpa.console.visit import Visit
from rpa.definition import Workflow
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.planning import check_params, described, digest_of

_MOST_SHOWN = 50


def check(visit: Visit) -> Response:
    """Show which rows can be used, and what is wrong with the others."""
    one = uploads_of(visit).get(visit.number("upload"), visit.person)
    if one.job_id is not None:
        return visit.go(f"/jobs/{one.job_id}")
    return _checked(visit, one, {})


def _checked(visit: Visit, one: Upload, errors: dict[str, str]) -> Response:
    work = visit.desk.workflows.get(one.workflow)
    with uploads_of(visit).opened(one) as paths:
        found = look(visit.desk, work, paths, most=_MOST_SHOWN)
    needs = work.options.approval
    planned = needs is not None and found.returned is None and found.ready > needs.above
    before = _same_before(visit, work, found, planned=planned)
    params = [] if found.returned else fields_of_params(work.options.params, _typed_params(visit, work))
    return visit.show("check.html", status=422 if errors else 200, errors=errors, upload_id=one.id, work=work,
                      look=found, planned=planned, before=before, most=_MOST_SHOWN, params=params,
                      begins=begins(visit, work.name), **robot(visit), is_team=visit.person.may(OPERATORS),
                      is_paused=visit.desk.workflow_pauses.of(work.name) is not None,
                      unknown=unknown_systems(visit, work),
                      is_mine=before is not None and may_see(visit, before), answers=_answers(one, found))  # fmt: skip


def _answers(one: Upload, found: Look) -> list[Field]:
    """Return what was filled in where a form was; nothing where a spreadsheet was sent."""
    if [file for file, _ in one.files.values()] != [FORM] or not found.ready:
        return []
    rows = found.checked[0].table.rows
    if len(rows) != 1:  # somebody's own file of that name
        return []
    (row,) = rows
    return fields_of_row(type(row), row.model_dump())


def _typed_params(visit: Visit, work: Workflow[Any]) -> dict[str, str]:
    return {name: visit.typed(f"{PARAM}{name}") for name in work.options.params.model_fields}


def _same_before(visit: Visit, work: Workflow[Any], found: Look, *, planned: bool) -> Job | None:
    """Return the job that the very same files became before; None if there is none."""
    if found.returned is not None:
        return None
    params = check_params(work, {}).model_dump(mode="json")
    digest = digest_of([described(one.table) for one in found.checked], params, plans=work.version if planned else "")
    return visit.desk.views.same_input(work.name, digest)


def bad_rows(visit: Visit) -> Response:
    """Hand out the rows that can't be used, with what is wrong with them."""
    one = uploads_of(visit).get(visit.number("upload"), visit.person)
    work = visit.desk.workflows.get(one.workflow)
    with uploads_of(visit).opened(one) as paths, TemporaryDirectory() as folder:
        path = Path(folder) / f"rows-to-correct-{one.id}.xlsx"
        write_bad_rows(visit.desk, work, paths, path)
        return as_download(path)


def start(visit: Visit) -> Response:
    """Make the job of the rows that can be used; a second click finds the job that the first one made."""
    one = uploads_of(visit).get(visit.number("upload"), visit.person)
    if one.job_id is not None:
        return visit.go(f"/jobs/{one.job_id}", said="known")
    work = visit.desk.workflows.get(one.workflow)
    params, wrong = typed_params(work.options.params, _typed_params(visit, work))
    if wrong:
        return _checked(visit, one, wrong)
    try:
        made = _submitted(visit, one, params)
    except UsageError as error:
        return visit.show("refused.html", status=422, text=in_words(error), one=one)
    return visit.go(f"/jobs/{made.job.id}", said=_said(made))


def _said(made: Any) -> str:
    if not made.is_new:
        return "known"
    return "planning" if made.job.dry_run else "started"


def _submitted(visit: Visit, one: Upload, params: Mapping[str, str]) -> Any:
    uploads = uploads_of(visit)
    with uploads.opened(one) as paths:
        refuse_unseen(visit, visit.desk.workflows.get(one.workflow), paths)
        return visit.desk.submit(
            one.workflow,
            paths,
            by=visit.person.actor,
            params=params,
            dry_run=visit.text("plan") == "yes",
            again=visit.text("again") == "yes",
            also=partial(uploads.link, one),
        )


PAGES: Mapping[str, Page] = {
    "/uploads/{upload:int}": Page(check, start, SENDERS),
    "/uploads/{upload:int}/bad-rows": Page(bad_rows, roles=SENDERS),
}
"""The addresses of what was sent."""
