"""A form in place of a spreadsheet, for one row: made of the row class, checked as a sheet is, and then started."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from rpa.connectors.spreadsheet import Row, read_table
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.console.door import Page
from rpa.console.forms import FORM, Field, fields_of_row
from rpa.console.navigation import SENDERS
from rpa.console.starting import uploads_of
from rpa.console.visit import Visit
from rpa.definition import Workflow
from rpa.exceptions import NotFoundError
from rpa.sheet_of_rows import sheet_of_rows

_ONE_BY_ONE = 5
"""So many questions come one on a page; more stand on one page."""
_CHANGE = "change:"


def has_form(work: Workflow[Any]) -> bool:
    """Return whether a work can be asked for by a form: it takes one list."""
    return len(work.inputs) == 1


def ask(visit: Visit) -> Response:
    """Show the first question, or all of them."""
    work = _work(visit)
    return _shown(visit, work, _fields(visit, work)[0].name, {})


def take(visit: Visit) -> Response:
    """Take an answer, and show the next question; after the last, keep the row and show it to be checked."""
    work, at = _work(visit), visit.text("at")
    fields = _fields(visit, work)
    names = [one.name for one in fields]
    if at.startswith(_CHANGE) and at.removeprefix(_CHANGE) in names:
        return _shown(visit, work, at.removeprefix(_CHANGE), {})
    if at not in names:
        return _shown(visit, work, names[0], {})
    errors = _wrong(work, fields)
    if _one_by_one(fields):
        answered = names[: names.index(at) + 1]
        mine = {name: said for name, said in errors.items() if name in answered}
        if mine:
            first = next(name for name in names if name in mine)
            return _shown(visit, work, first, {first: mine[first]})
        if len(answered) < len(names) and visit.text("then") != "check":
            return _shown(visit, work, names[len(answered)], {})
    if errors:
        first = next(name for name in names if name in errors)
        return _shown(visit, work, first, errors if not _one_by_one(fields) else {first: errors[first]})
    return _kept(visit, work, fields)


def _shown(visit: Visit, work: Workflow[Any], at: str, errors: Mapping[str, str]) -> Response:
    fields = _fields(visit, work)
    alone = _one_by_one(fields)
    asked = [one for one in fields if one.name == at] if alone else fields
    beside = [one for one in fields if one not in asked]
    changes = visit.text("at").startswith(_CHANGE) or visit.text("then") == "check"
    return visit.show("form.html", status=422 if errors else 200, errors=errors, work=work, asked=asked, beside=beside,
                      at=at if alone else fields[-1].name, alone=alone, then="check" if changes else "",
                      number=[one.name for one in fields].index(at) + 1, count=len(fields))  # fmt: skip


def _kept(visit: Visit, work: Workflow[Any], fields: Sequence[Field]) -> Response:
    (name,) = work.inputs
    content = sheet_of_rows(work.inputs[name], [{one.name: one.value for one in fields}])
    made = uploads_of(visit).keep(visit.person, work.name, {name: (FORM, content)})
    return visit.go(f"/uploads/{made}")


def _wrong(work: Workflow[Any], fields: Sequence[Field]) -> dict[str, str]:
    """Return what is wrong with what was typed, by field, as a sheet with it would be told."""
    (name,) = work.inputs
    model = work.inputs[name]
    with TemporaryDirectory() as folder:
        path = Path(folder) / FORM
        # A row of nothing would not be a row; the heading alone tells what must be there.
        path.write_bytes(sheet_of_rows(model, [{one.name: one.value for one in fields}]))
        if not any(one.value for one in fields):
            return {one.name: f"Enter {one.heading}" for one in fields if not one.may_be_blank}
        table = read_table(path, model, name=name)
    problems = table.rejected[0].problems if table.rejected else ()
    return _by_field(model, [(one.column, one.rule) for one in problems], fields)


def _by_field(model: type[Row], problems: Sequence[tuple[str, str]], fields: Sequence[Field]) -> dict[str, str]:
    named = {heading: one.field for one in columns_of(model) for heading in one.wanted.headings}
    heading_of = {one.name: one.heading for one in fields}
    found = {named.get(column, fields[-1].name): rule for column, rule in problems}
    return {name: f"{heading_of[name]} {rule}" for name, rule in found.items()}


def _fields(visit: Visit, work: Workflow[Any]) -> list[Field]:
    (model,) = work.inputs.values()
    return fields_of_row(model, {name: visit.typed(name) for name in model.model_fields})


def _one_by_one(fields: Sequence[Field]) -> bool:
    return len(fields) <= _ONE_BY_ONE


def _work(visit: Visit) -> Workflow[Any]:
    work = visit.desk.workflows.get(visit.request.path_params["workflow"])
    if not has_form(work):
        raise NotFoundError(f"{work.name} takes several lists, so there is no form of it")
    return work


PAGES: Mapping[str, Page] = {"/start/{workflow}/form": Page(ask, take, SENDERS)}
"""The address of the form."""
