"""`rpa problems`: what needs a person, over all jobs, grouped by cause."""

from typing import Annotated, Any

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.jobs import AskedBy, Of
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.lists import CauseLine
from rpa.runpage.words import counted
from rpa.states import Failure

Kinds = Annotated[
    list[Failure] | None,
    Parameter(name="--kind", help="Only rows that the data or a rule stops, a technical fault, or a write in doubt."),
]


def problems(*, kind: Kinds = None, workflow: Of = None, asked_by: AskedBy = None,
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
    return Exit.NEEDS_PERSON if found else Exit.DONE


def _document(desk: Desk, one: CauseLine) -> dict[str, Any]:
    said = desk.workflows.words_for(one.cause.workflow, one.cause.code)[1]
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
    }


def _line(desk: Desk, one: CauseLine) -> tuple[str, ...]:
    said, kind = desk.workflows.words_for(one.cause.workflow, one.cause.code)[1], one.cause.failure.replace("_", " ")
    numbers = (f"{one.items:,}", f"{one.jobs:,}", when(one.first_at), when(one.last_at))
    return (one.cause.workflow, kind, one.cause.code, *numbers, said.what_happened, said.how_to_fix)
