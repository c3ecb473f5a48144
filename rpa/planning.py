"""Turns the files somebody sent into a submission: typed rows, cases made of them, and an end for every row."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from inspect import signature
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError

from rpa.calendars import Calendar
from rpa.connectors.spreadsheet import NHSNumber, Row, Table, read_table
from rpa.db.types import canonical
from rpa.definition import Case, Workflow
from rpa.exceptions import UsageError
from rpa.models import AS_USUAL, Actor, Ending, Facts, LostRow, NewItem, Submission, Timing
from rpa.params import taken_params, wrong_params
from rpa.secrets import Credential, Secrets
from rpa.states import Failure, ItemState, RowEnd

NO_HEADINGS: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for beside the files."""

    params: Mapping[str, Any]
    by: Actor
    today: date
    dry_run: bool = False
    parent: int | None = None
    """The job whose returned workbook was sent again."""
    timing: Timing = AS_USUAL
    password: Credential | None = None
    """What opens the files that need a password."""
    calendar: Calendar | None = None
    """The trust's working days; England's if not given."""


def name_files(workflow: Workflow[Any], files: Sequence[str]) -> dict[str, Path]:
    """Give each file to an input of the workflow: in the inputs' order, or by name as `input=path`.

    Raises:
        UsageError: A file is missing, one too many, or is not there.
    """
    names = list(workflow.inputs)
    given: dict[str, Path] = {}
    for file in files:
        name, equals, path = file.partition("=")
        if not equals or name not in names:
            name, path = next((one for one in names if one not in given), ""), file
        given[name] = Path(path)
    if set(given) != set(names) or len(files) != len(names):
        raise UsageError(
            f"{workflow.name} takes {len(names)} files ({', '.join(names)}), found {len(files)}: give one for each"
        )
    for name, one in given.items():
        if not one.is_file():
            raise UsageError(f"the file for {name} is not there: {str(one)!r}; check its name")
    return {name: given[name] for name in names}


def check_params(workflow: Workflow[Any], params: Mapping[str, Any]) -> BaseModel:
    """Return the job's parameters as the workflow's own model.

    Raises:
        UsageError: One is unknown or has a wrong value.
    """
    model = workflow.options.params
    try:
        made, wrong = model.model_validate(dict(params)), wrong_params(model, params, None)
    except ValidationError as error:
        made, wrong = None, wrong_params(model, params, error)
    if wrong or made is None:
        said = "; ".join(wrong)
        raise UsageError(f"the parameters of {workflow.name} are wrong: {said}. It takes: {taken_params(model)}")
    return made


def read_tables(workflow: Workflow[Any], files: Mapping[str, Path], *,
                also: Mapping[str, Mapping[str, str]] = NO_HEADINGS,
                password: Credential | None = None) -> dict[str, Table[Any]]:  # fmt: skip
    """Read every input into typed and rejected rows.

    `also` names headings that are taken too, by input; `password` opens what needs one.
    """
    return {
        name: read_table(path, workflow.inputs[name], name=name, also=also.get(name, {}), password=password)
        for name, path in files.items()
    }


def cases_of(workflow: Workflow[Any], tables: Mapping[str, Table[Any]], params: BaseModel, *,
             today: date, calendar: Calendar | None = None) -> list[Case[Any]]:  # fmt: skip
    """Make the cases of the tables and check that they account for every good row exactly once.

    A plan that has a parameter `params`, `today` or `calendar` is handed it beside its tables.

    Raises:
        UsageError: The plan lost a row or used it twice: a mistake in the workflow.
    """
    if workflow.planner is None:
        (table,) = tables.values()
        return [Case(row, of=[row]) for row in table]
    asked = signature(workflow.planner).parameters
    offered: dict[str, Callable[[], Any]] = {
        "params": lambda: params,
        "today": lambda: today,
        "calendar": lambda: calendar or Calendar(),
    }
    beside = {name: value() for name, value in offered.items() if name in asked and name not in tables}
    cases = list(workflow.planner(**tables, **beside))
    _check_accounts(workflow, tables, cases)
    return cases


def plan_submission(workflow: Workflow[Any], tables: Mapping[str, Table[Any]], request: Request) -> Submission:
    """Plan the cases of the tables, and put them and every row that became none into one submission.

    Raises:
        UsageError: A parameter is wrong, or the plan lost a row.
    """
    params = check_params(workflow, request.params)
    cases = cases_of(workflow, tables, params, today=request.today, calendar=request.calendar)
    items = [make_item(workflow, case) for case in cases]
    lost = [row for table in tables.values() for row in lost_rows(table)]
    return make_submission(workflow, [*items, *lost], [described(table) for table in tables.values()], request)


def make_submission(workflow: Workflow[Any], ends: Sequence[NewItem | LostRow], inputs: Sequence[Facts],
                    request: Request) -> Submission:  # fmt: skip
    """Put items and rows that became none into one submission."""
    params = check_params(workflow, request.params).model_dump(mode="json")
    return Submission(
        workflow=workflow.name,
        version=workflow.version,
        requested_by=request.by,
        items=[one for one in ends if isinstance(one, NewItem)],
        other_rows=[one for one in ends if isinstance(one, LostRow)],
        inputs=inputs,
        input_digest=digest_of(inputs, params, plans=workflow.version if request.dry_run else ""),
        params=params,
        dry_run=request.dry_run,
        once=workflow.options.once,
        parent=request.parent,
        timing=request.timing,
    )


def digest_of(inputs: Sequence[Mapping[str, Any]], params: Mapping[str, Any], *, plans: str) -> str:
    """Return what is the same for two submissions of the same bytes with the same parameters.

    `plans` is the version of the code that only plans: what other code planned can't be carried out by this one.
    """
    files = {one["name"]: one["sha256"] for one in inputs}
    return sha256(canonical([files, dict(params), plans or False])).hexdigest()


def _check_accounts(workflow: Workflow[Any], tables: Mapping[str, Table[Any]], cases: Sequence[Case[Any]]) -> None:
    used = Counter(row.source for case in cases for row in case.of)
    there = {row.source for table in tables.values() for row in table}
    wrong = [(source, used[source]) for source in sorted(there | set(used)) if used[source] != 1 or source not in there]
    if wrong:
        (source, times), more = wrong[0], len(wrong) - 1
        raise UsageError(
            f"the plan of {workflow.name} uses {source} {times} times, expected once ({more} more such rows); "
            "every row of every table must be in exactly one case: mend the plan. Nothing was submitted"
        )


def make_item(workflow: Workflow[Any], case: Case[Any]) -> NewItem:
    """Return a case as the item to submit."""
    row: Row = case.row
    return NewItem(
        key=workflow.key_of(row),
        data=row.model_dump(mode="json", exclude={"resubmit"}),
        places=[one.source for one in case.of],
        settled=_settled(case),
        identifiers=identifiers_of([row, *case.of]),
    )


def _settled(case: Case[Any]) -> Ending | None:
    if case.code is not None:
        return Ending(ItemState.FAILED, failure=Failure.BUSINESS, code=case.code)
    if case.outcome is not None:
        return Ending(ItemState.COMPLETED, outcome=case.outcome)
    return None


def identifiers_of(rows: Iterable[Row]) -> list[str]:
    """Return the NHS numbers in rows, by which an item is found beside its key."""
    found = {
        getattr(row, name)
        for row in rows
        for name, hint in get_type_hints(type(row), include_extras=True).items()
        if _is_nhs_number(hint)
    }  # fmt: skip
    return sorted(one for one in found if one)


def _is_nhs_number(hint: Any) -> bool:
    """Return whether a type is an NHS number, or may be one (`NHSNumber | None`)."""
    return hint == NHSNumber or any(_is_nhs_number(one) for one in get_args(hint))


def lost_rows(table: Table[Any]) -> Iterable[LostRow]:
    """Return the rows of a table that become no item."""
    for row in table.rejected:
        problems = [{"column": one.column, "rule": one.rule} for one in row.problems]
        yield LostRow(row.source, RowEnd.REJECTED, problems)
    for source in table.left_out:
        yield LostRow(source, RowEnd.LEFT_OUT)


def described(table: Table[Any]) -> dict[str, Any]:
    """Return what a job keeps of a file: its name, its digest and how many rows it had."""
    return {
        "name": table.name,
        "file": table.file,
        "sha256": table.sha256,
        "sheet": table.sheet,
        "rows": len(table.rows),
        "rejected": len(table.rejected),
        "left_out": len(table.left_out),
        "hidden_rows": table.hidden_rows,
        "warnings": list(table.warnings),
        **({"secret": table.secret} if table.secret else {}),
    }


def password_of(one: Mapping[str, Any], secrets: Secrets) -> Credential | None:
    """Return what opens a file of a job, as `described` kept its name; None for a file that opens by itself."""
    return secrets.get(str(one["secret"])) if "secret" in one else None


def password_of_all(inputs: Iterable[Mapping[str, Any]], secrets: Secrets) -> Credential | None:
    """Return what is to open what comes of these files: the password of the first that has one, so none is dropped."""
    return next((password_of(one, secrets) for one in inputs if "secret" in one), None)
