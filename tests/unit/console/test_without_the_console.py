"""Nothing that the console does needs the console: each form has a command, or a call of the library, that does it."""

from collections.abc import Iterator, Mapping
from importlib import import_module

import pytest
from cyclopts import App

from rpa.cli.app import make_app
from rpa.console import changing_people, fixing
from rpa.console.api.table import ENDPOINTS
from rpa.console.app import PAGES
from rpa.console.operating import systems, workers

WAYS: Mapping[str, str | Mapping[str, str]] = {
    "/sign-in": "rpa.console.sessions.Sessions.begin",
    "/sign-in/code": "rpa.console.people.People.take_code",
    "/sign-in/set-up-codes": "rpa.console.people.People.begin_codes",
    "/sign-out": "rpa people end-sessions",
    "/set-up/{secret}": "rpa.console.links.Links.use",
    "/start": "rpa workflows",
    "/start/{workflow}": "rpa submit --dry-run",
    "/start/{workflow}/form": "rpa submit --param",
    "/uploads/{upload:int}": {"start": "rpa submit --param --again", "plan": "rpa plan"},
    "/uploads/{upload:int}/columns": "rpa headings --input",
    "/jobs/{job:int}/stop": "rpa cancel --job --waiting",
    "/jobs/{job:int}/retry": "rpa retry --job --also-doubtful --why",
    "/jobs/{job:int}/carry-out": "rpa apply --rest",
    "/needs-you/{item:int}": {
        "back": "rpa retry --why",
        "value": "rpa.correcting.correct",
        "myself": "rpa cancel --how --why",
        "leave": "rpa cancel --how --why",
    },
    "/needs-you/{item:int}/value": "rpa.correcting.correct",
    "/plans/{job:int}": "rpa changes -o",
    "/plans/{job:int}/approve": "rpa approve",
    "/plans/{job:int}/refuse": "rpa reject --why",
    "/plans/{job:int}/look": "rpa changes --compare",
    "/plans/passphrase": "rpa approvers add --vouched-by",
    "/record": {
        "words": "rpa audit find --person --kind --from --to --workflow --job --words --after",
        "patient": "rpa audit show --reference --nhs-number",
    },
    "/record/entries/{run}/{seq:int}": "rpa.audit.Trail.at",
    "/record/story": "rpa audit story --nhs-number",
    "/record/checks": "rpa audit verify",
    "/record/exports": "rpa audit export --reason --format --with-payloads --kept",
    "/record/exports/new": "rpa.exports.measure.measure",
    "/account": "rpa tokens make --role --name --days",
    "/account/tokens/{number:int}/end": "rpa tokens end",
    "/account/password": "rpa.console.people.People.choose_password",
    "/account/sessions/end": "rpa people end-sessions",
    "/problems/{workflow}/{failure}/{code}/retry": "rpa retry --workflow --code --also-doubtful --why",
    "/problems/{workflow}/{failure}/{code}/note": {
        "note": "rpa problems note --note --link --kind",
        "clear": "rpa problems clear --kind",
    },
    "/systems/{system}": {"pause": "rpa pause --why", "resume": "rpa resume --why"},
    "/workers/{machine}": {
        "pause": "rpa workers pause --why",
        "at-once": "rpa workers pause --now --why",
        "resume": "rpa workers resume --why",
    },
    "/schedules/{schedule}": {"pause": "rpa schedules pause --why", "resume": "rpa schedules resume --why"},
    "/workflows/{workflow}": {"pause": "rpa workflows pause --why", "resume": "rpa workflows resume --why"},
    "/people/new": "rpa people add --role --team",
    "/people/{person:int}": {
        "roles": "rpa people change --role --team",
        "link": "rpa people link",
        "codes": "rpa people forget-codes",
        "sessions": "rpa people end-sessions",
    },
    "/people/{person:int}/let-out": "rpa people remove",
    "/practice/change": "rpa up --practice",
}
"""What takes a form, by its address and, where it has several buttons, by each; beside it what does the same."""
BUTTONS = {
    "/needs-you/{item:int}": fixing.WAYS,
    "/systems/{system}": systems.WAYS,
    "/workers/{machine}": workers.WAYS,
    "/people/{person:int}": changing_people.WAYS,
}
"""The buttons of forms that have several, as the console knows them."""

BY_PROGRAMS: Mapping[str, str] = {
    "/start": "POST /jobs",
    "/start/{workflow}": "POST /jobs",
    "/start/{workflow}/form": "POST /jobs",
    "/uploads/{upload:int}": "POST /jobs",
    "/jobs/{job:int}/stop": "POST /jobs/{job}/stop",
    "/jobs/{job:int}/retry": "POST /jobs/{job}/retry",
    "/jobs/{job:int}/carry-out": "POST /jobs/{job}/apply",
    "/needs-you/{item:int}": "POST /cases/{case}",
    "/needs-you/{item:int}/value": "POST /cases/{case}",
    "/plans/{job:int}": "GET /plans/{job}/changes",
    "/plans/{job:int}/approve": "POST /plans/{job}/approve",
    "/plans/{job:int}/refuse": "POST /plans/{job}/refuse",
    "/plans/{job:int}/look": "POST /plans/{job}/look",
    "/record": "POST /record/search",
    "/problems/{workflow}/{failure}/{code}/retry": "POST /problems/retry",
    "/problems/{workflow}/{failure}/{code}/note": "POST /problems/note",
    "/systems/{system}": "POST /systems/{system}",
    "/workers/{machine}": "POST /workers/{machine}",
    "/schedules/{schedule}": "POST /schedules/{schedule}",
    "/workflows/{workflow}": "POST /workflows/{workflow}",
}
"""What takes a form, and beside it what a program asks for instead."""
FOR_PEOPLE = frozenset({
    "/sign-in", "/sign-in/code", "/sign-in/set-up-codes", "/sign-out", "/set-up/{secret}", "/plans/passphrase",
    "/account", "/account/password", "/account/sessions/end", "/account/tokens/{number:int}/end",
    "/people/new", "/people/{person:int}", "/people/{person:int}/let-out", "/practice/change",
    "/uploads/{upload:int}/columns",  # a program names the columns as they are
    "/record/entries/{run}/{seq:int}", "/record/story", "/record/checks", "/record/exports", "/record/exports/new",
})  # fmt: skip
"""What no program does for anybody; the page on the API says so."""


def test_whatever_the_console_takes_can_be_done_without_it() -> None:
    taken = {path for path, page in PAGES.items() if page.take is not None}

    assert set(WAYS) == taken


def test_a_program_can_ask_for_all_of_it_but_for_what_is_left_to_people() -> None:
    there = {f"{one.method} {one.path}" for one in ENDPOINTS}

    assert {*BY_PROGRAMS, *FOR_PEOPLE} == set(WAYS)
    assert not FOR_PEOPLE & set(BY_PROGRAMS)
    assert set(BY_PROGRAMS.values()) <= there


@pytest.mark.parametrize("path", BUTTONS)
def test_so_can_what_each_button_of_a_form_does(path: str) -> None:
    told = WAYS[path]

    assert not isinstance(told, str)
    assert set(told) == set(BUTTONS[path])


def test_each_command_is_there_with_its_options_and_each_call_of_the_library_too() -> None:
    app = make_app()

    missing = [one for one in ways() if not (is_command(app, one) if one.startswith("rpa ") else is_there(one))]

    assert not missing


@pytest.mark.parametrize("one", ["rpa people nonsense", "rpa nonsense", "rpa people link --nonsense"])
def test_a_command_that_is_not_there_is_noticed(one: str) -> None:
    assert not is_command(make_app(), one)


def test_a_call_that_is_not_there_is_noticed() -> None:
    assert not is_there("rpa.desk.Desk.nonsense")
    assert not is_there("rpa.nonsense.correct")


def ways() -> Iterator[str]:
    for told in WAYS.values():
        yield from [told] if isinstance(told, str) else told.values()


def is_command(app: App, told: str) -> bool:
    """Is there a command of this name that takes these options?"""
    words = told.split()[1:]
    options = {one for one in words if one.startswith("-")}
    for name in words:
        if name in options:
            continue
        if name not in app:
            return False
        app = app[name]
    return options <= {name for one in app.assemble_argument_collection() for name in one.names}


def is_there(place: str) -> bool:
    """Is there something that can be called of this dotted name?"""
    parts = place.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return callable(found)
    return False
