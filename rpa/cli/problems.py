"""`rpa problems`: what needs a person, over all jobs, grouped by cause, and what is known of each cause."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.cli.exits import Exit
from rpa.cli.jobs import AskedBy, Of
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.exceptions import NotFoundError
from rpa.lists import Cause, CauseLine
from rpa.runpage.words import counted
from rpa.states import Failure

Kinds = Annotated[
    list[Failure] | None,
    Parameter(name="--kind", help="Only rows that the data or a rule stops, a technical fault, or a write in doubt."),
]
Work = Annotated[str, Parameter(name="WORKFLOW", help="Name of the workflow.")]
Code = Annotated[str, Parameter(name="CODE", help="Code of the cause, as `rpa problems` lists it.")]
OfKinds = Annotated[
    list[Failure] | None,
    Parameter(name="--kind", help="The kind, where the code has several; each that it has if not given."),
]
Said = Annotated[str, Parameter(name="--note", help="What is known, for the team and for those who sent the rows.")]
Link = Annotated[str, Parameter(help="The address where more about it stands.")]

problems = App(name="problems", help="List what needs a person, over all jobs, grouped by cause; note what is known.")


@problems.default
def listed(*, kind: Kinds = None, workflow: Of = None, asked_by: AskedBy = None,
             options: Common = COMMON) -> Exit:  # fmt: skip
    """List why items need a person, what holds up most of them first. Ends with 6 when there are any."""
    with opened(options.dir) as desk:
        found = desk.lists.causes(failures=tuple(kind or Failure), requested_by=asked_by, workflow=workflow)
        if options.json:
            print_json([_document(desk, one) for one in found])
        elif not found:
            say("Nothing needs a person.")
        else:
            headings = ("Workflow", "Kind", "Code", "Items", "Jobs", "First", "Last", "What happened", "How to fix")
            print_table(headings, [_line(desk, one) for one in found], right=("Items", "Jobs"))
            items = sum(one.items for one in found)
            say(f"{counted(items, 'item')} need{'s' if items == 1 else ''} a person; `rpa job JOB` shows them.")
            _tell_known(desk, found)
    return Exit.NEEDS_PERSON if found else Exit.DONE


@problems.command
def note(workflow: Work, code: Code, /, *, said: Said, link: Link = "", kind: OfKinds = None,
         options: Asked = ASKED) -> None:  # fmt: skip
    """Say what is known of a cause; whoever opens one of its rows sees it, until it is cleared."""
    with opened(options.dir) as desk:
        lines = desk.lists.causes(failures=tuple(kind or Failure), workflow=workflow)
        found = [one.cause for one in lines if one.cause.code == code]
        if not found:
            raise NotFoundError(f"no item of {workflow} failed with {code}; `rpa problems` lists what failed")
        for one in found:
            desk.cause_notes.note(one, said, link=link, by=options.person)
        _tell(found, f"It is noted. Whoever opens a row of {workflow} with {code} sees it", as_json=options.json)


@problems.command
def clear(workflow: Work, code: Code, /, *, kind: OfKinds = None, options: Asked = ASKED) -> None:
    """Take away what was noted of a cause."""
    with opened(options.dir) as desk:
        wanted = [Cause(workflow, one, code) for one in kind or Failure]
        found = [one for one in wanted if desk.cause_notes.clear(one, by=options.person)]
        if not found:
            raise NotFoundError(f"nothing is noted of {code} of {workflow}; nothing was changed")
        _tell(found, f"What was noted of {code} of {workflow} is cleared", as_json=options.json)


def _tell(causes: Sequence[Cause], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json([{"workflow": one.workflow, "kind": one.failure, "code": one.code} for one in causes])
    else:
        say(f"{sentence}.")


def _tell_known(desk: Desk, found: Sequence[CauseLine]) -> None:
    known = desk.cause_notes.all()
    for one in found:
        noted = known.get(one.cause)
        if noted is not None:
            said = f"{noted.text} {noted.link}".rstrip()
            say(f"{one.cause.workflow}, {one.cause.code}: {said} ({noted.noted_by}, {when(noted.noted_at)})")


def _document(desk: Desk, one: CauseLine) -> dict[str, Any]:
    said = desk.workflows.words_for(one.cause.workflow, one.cause.code)[1]
    known = desk.cause_notes.of(one.cause)
    return {
        "workflow": one.cause.workflow,
        "kind": one.cause.failure,
        "code": one.cause.code,
        "items": one.items,
        "jobs": one.jobs,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "what_happened": said.what_happened,
        "how_to_fix": said.how_to_fix,
        "known": known and {"note": known.text, "link": known.link, "by": known.noted_by, "at": known.noted_at},
    }


def _line(desk: Desk, one: CauseLine) -> tuple[str, ...]:
    said, kind = desk.workflows.words_for(one.cause.workflow, one.cause.code)[1], one.cause.failure.replace("_", " ")
    numbers = (f"{one.items:,}", f"{one.jobs:,}", when(one.first_at), when(one.last_at))
    return (one.cause.workflow, kind, one.cause.code, *numbers, said.what_happened, said.how_to_fix)
