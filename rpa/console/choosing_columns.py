"""Choose a column: which heading of a sheet stands for one that the work needs; the robot takes it from then on."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console.checking import look
from rpa.console.door import Page
from rpa.console.navigation import SENDERS
from rpa.console.starting import in_words, uploads_of
from rpa.console.uploads import Upload
from rpa.console.visit import Visit
from rpa.exceptions import HeadingsMissing, UsageError


def ask(visit: Visit) -> Response:
    """Ask for each column that is missing which of the sheet's own it is."""
    return _asked(visit, _mine(visit), {})


def take(visit: Visit) -> Response:
    """Keep what was chosen, and look at the sheet again."""
    one = _mine(visit)
    lacking = _lacking(visit, one)
    if lacking is None:
        return visit.go(f"/uploads/{one.id}")
    chosen = {heading: visit.text(f"column-{number}") for number, heading in enumerate(lacking.missing)}
    errors = {f"column-{number}": f"Choose the column for {heading}" for number, heading in enumerate(lacking.missing)
              if chosen[heading] not in lacking.found}  # fmt: skip
    if not errors and len(set(chosen.values())) < len(chosen):
        errors = {"column-0": "Choose another column for each: one column can't stand for two"}
    if errors:
        return _asked(visit, one, errors)
    told = {theirs: ours for ours, theirs in chosen.items()}
    try:
        visit.desk.map_headings(one.workflow, _input_of(one, lacking), told, by=visit.person.actor)
    except UsageError as error:
        return _asked(visit, one, {"column-0": in_words(error)})
    left = _lacking(visit, one)
    return visit.go(f"/uploads/{one.id}/columns" if left else f"/uploads/{one.id}", said="columns")


def _asked(visit: Visit, one: Upload, errors: Mapping[str, str]) -> Response:
    lacking = _lacking(visit, one)
    if lacking is None:
        return visit.go(f"/uploads/{one.id}")
    work = visit.desk.workflows.get(one.workflow)
    chosen = {number: visit.text(f"column-{number}") for number in range(len(lacking.missing))}
    return visit.show("columns.html", status=422 if errors else 200, errors=errors, upload_id=one.id, work=work,
                      lacking=lacking, chosen=chosen)  # fmt: skip


def _lacking(visit: Visit, one: Upload) -> HeadingsMissing | None:
    """Return which columns a sheet lacks; None if it lacks none any more."""
    work = visit.desk.workflows.get(one.workflow)
    with uploads_of(visit).opened(one) as paths:
        try:
            look(visit.desk, work, paths, most=1)
        except HeadingsMissing as lacking:
            return lacking
        except UsageError:  # the page that checks says what else is wrong
            return None
    return None


def _input_of(one: Upload, lacking: HeadingsMissing) -> str:
    return next(name for name, (file, _) in one.files.items() if file == lacking.file)


def _mine(visit: Visit) -> Upload:
    return uploads_of(visit).get(visit.number("upload"), visit.person)


PAGES: Mapping[str, Page] = {"/uploads/{upload:int}/columns": Page(ask, take, SENDERS)}
"""The address of the page that asks."""
