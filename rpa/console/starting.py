"""Start work: choose the work, send its spreadsheet, see which rows can be used, and start those."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from starlette.responses import Response

from rpa.connectors.spreadsheet import write_template
from rpa.connectors.spreadsheet.unlock import FOR_COMMANDS
from rpa.console.checking import look, refuse_unseen
from rpa.console.downloads import as_download
from rpa.console.uploads import RETURNED, Uploads
from rpa.console.visit import Visit
from rpa.definition import Workflow
from rpa.exceptions import HeadingsMissing, UsageError
from rpa.logs import scrubbed
from rpa.pace import usual_paces

_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt")
_MOST_SHOWN = 50


def choose(visit: Visit) -> Response:
    """Show what the robot can do."""
    return visit.show("start.html", works=_works(visit), usual=_usual(visit))


def chosen(visit: Visit) -> Response:
    """Go on with the work that was chosen."""
    name = visit.text("workflow")
    if name not in visit.desk.workflows.names:
        errors = {"workflow": "Select the work you want the robot to do"}
        return visit.show("start.html", status=422, works=_works(visit), usual=_usual(visit), errors=errors)
    return visit.go(f"/start/{name}")


def ask_files(visit: Visit) -> Response:
    """Show the form for the files of a work."""
    return _ask_files(visit, _work(visit), {})


def take_files(visit: Visit) -> Response:
    """Keep the files and look at them; one that can't be taken as a whole is not kept."""
    work = _work(visit)
    errors, files = _chosen_files(visit, work)
    if not errors:
        uploads = uploads_of(visit)
        kept = uploads.get(uploads.keep(visit.person, work.name, files), visit.person)
        try:
            with uploads.opened(kept) as paths:
                refuse_unseen(visit, work, paths)
                look(visit.desk, work, paths, most=1)
        except HeadingsMissing:
            return visit.go(f"/uploads/{kept.id}/columns")
        except UsageError as error:
            errors = {next(iter(work.inputs)): in_words(error)}
        else:
            return visit.go(f"/uploads/{kept.id}")
    return _ask_files(visit, work, errors)


def _ask_files(visit: Visit, work: Workflow[Any], errors: dict[str, str]) -> Response:
    return visit.show("upload.html", status=422 if errors else 200, work=work, errors=errors,
                      has_form=len(work.inputs) == 1, about=_about(work))  # fmt: skip


def _about(work: Workflow[Any]) -> dict[str, str]:
    """Return what a row of each list is, where a work takes several and their names alone say little."""
    if len(work.inputs) == 1:
        return {}
    return {name: (model.__doc__ or "").strip().partition("\n")[0] for name, model in work.inputs.items()}


def template(visit: Visit) -> Response:
    """Hand out the empty sheet of a work."""
    work, name = _work(visit), visit.request.path_params["input"]
    model = work.inputs.get(name)
    if model is None:
        return visit.go(f"/start/{work.name}")
    alone = len(work.inputs) == 1
    title = work.options.title if alone else f"{work.options.title}, {work.title_of(name)}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{work.name}{'' if alone else f'-{name}'}.xlsx"
        write_template(path, model, title=title, description=work.description,
                       reported=work.reporter is not None or not alone)  # fmt: skip
        return as_download(path)


def uploads_of(visit: Visit) -> Uploads:
    """Return what keeps the files that were sent."""
    return Uploads(visit.desk.database, visit.desk.evidence, visit.desk.clock)


def in_words(error: UsageError) -> str:
    """Return what an error says as a sentence of its own, without what tells of data or is for commands."""
    said = scrubbed(str(error)).replace(FOR_COMMANDS, "").rstrip(".")
    first = said.partition(" ")[0]
    return said if "." in first else f"{said[:1].upper()}{said[1:]}"  # a file's name is as it is


def _usual(visit: Visit) -> dict[str, int]:
    """Return about how many minutes a hundred rows of each work take; works that nobody can tell of are left out."""
    paces = usual_paces(visit.desk.database)
    return {name: max(round(100 * pace.total_seconds() / 60), 1) for name, pace in paces.items()}


def _works(visit: Visit) -> list[Workflow[Any]]:
    return sorted(visit.desk.workflows, key=lambda one: one.options.title)


def _work(visit: Visit) -> Workflow[Any]:
    return visit.desk.workflows.get(visit.request.path_params["workflow"])


def _chosen_files(visit: Visit, work: Workflow[Any]) -> tuple[dict[str, str], dict[str, tuple[str, BinaryIO]]]:
    errors: dict[str, str] = {}
    files: dict[str, tuple[str, BinaryIO]] = {}
    for name in [RETURNED] if visit.file(RETURNED) else work.inputs:
        sent = visit.file(name)
        if sent is None or sent.filename is None:
            errors[name] = (
                "Select a spreadsheet" if len(work.inputs) == 1 else f"Select a spreadsheet: {work.title_of(name)}"
            )
        elif not sent.filename.lower().endswith(_SUFFIXES):
            errors[name] = "The selected file must be an .xlsx or .csv"
        else:
            files[name] = (sent.filename, sent.file)
    return errors, files
