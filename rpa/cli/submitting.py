"""`rpa submit`: files become a job."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from rpa.cli.moments import moment
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, DATA, Asked
from rpa.cli.screen import print_json, say
from rpa.cli.waiting import why_it_waits
from rpa.desk import Desk, Submitted
from rpa.exceptions import UsageError
from rpa.models import Priority, Timing
from rpa.results import what_is_left
from rpa.runpage import write_run_page
from rpa.runpage.words import verdict
from rpa.schedules import calendar_of
from rpa.states import JobState


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class How:
    """How a job is to be done."""

    param: Annotated[
        tuple[str, ...],
        Parameter(name="--param", help="A parameter of the workflow, as name=value."),
    ] = ()
    dry_run: Annotated[bool, Parameter(help="Record what would be written, and write nothing.")] = False
    again: Annotated[
        bool,
        Parameter(help="Make a new job although the same files were sent before."),
    ] = False
    priority: Annotated[
        Priority, Parameter(help="urgent, high, normal or low: the more urgent goes first, also before other jobs.")
    ] = Priority.NORMAL
    not_before: Annotated[str, Parameter(help='When it may start, in UK time: "2026-12-01 07:00".')] = ""
    deadline: Annotated[
        str, Parameter(help='When it must be done: "2 working days", "4 working hours" or a UK date or time.')
    ] = ""

    password_secret: Annotated[
        str, Parameter(help="The secret that has the password of workbooks that are protected; never the password.")
    ] = ""

    def planned(self) -> "How":
        """Return the same for a plan, which writes nothing."""
        return replace(self, dry_run=True)


AS_USUAL = How()


def submit(workflow: str, /, *files: str, how: How = AS_USUAL, options: Asked = ASKED) -> None:
    """Read the files, plan the work and store it as a job.

    Args:
        workflow: Its name, as `rpa workflows` lists it.
        files: The spreadsheets, in the order of the workflow's inputs, or by name as `input=path`.
        how: Parameters, dry run, same files again.
        options: Folder, JSON, who asks.
    """
    with opened(options.dir, make=True) as desk:
        params = _params(how.param)
        made = desk.submit(workflow, files, by=options.person, params=params, dry_run=how.dry_run, again=how.again,
                           timing=_timing(desk, how), password_secret=how.password_secret)  # fmt: skip
        if made.job.state == JobState.COMPLETED and made.is_new:
            write_run_page(desk, made.job.id)
        _tell(desk, made, options)


def _timing(desk: Desk, how: How) -> Timing:
    calendar, now = calendar_of(desk.settings), desk.clock.now()
    not_before = moment(how.not_before, calendar, option="--not-before") if how.not_before else None
    start = max(now, not_before or now)
    deadline = calendar.deadline(start, how.deadline) if how.deadline else None
    if deadline is not None and deadline <= start:
        raise UsageError(f"found the deadline {how.deadline!r}, expected one after the job may start")
    return Timing(how.priority, not_before, deadline)


def _params(given: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise UsageError(f"found --param {one!r}, expected name=value, such as --param days=3")
        found[name] = value
    return found


def _tell(desk: Desk, made: Submitted, options: Asked) -> None:
    totals = desk.views.totals(made.job.id)
    earlier = [{"row": one.place.row, "item": one.item_id} for one in made.earlier]
    if options.json:
        print_json({"job": made.job.id, "new": made.is_new, "workflow": made.job.workflow,
                    "dry_run": made.job.dry_run, "totals": totals.as_dict(), "earlier": earlier})  # fmt: skip
        return
    if made.is_new:
        say(f"Job {made.job.id} is stored. {verdict(totals, dry_run=made.job.dry_run)}")
    else:
        say(f"These same files are job {made.job.id} already; nothing was added. To do them anew, add --again.")
    if made.earlier:
        items = " ".join(str(one.item_id) for one in made.earlier)
        say(f"{what_is_left(made.earlier)} If what was there was wrong: rpa cancel {items} --why REASON")
    if totals.open and (waits := why_it_waits(desk, made.job.workflow)):
        say(waits)
    if totals.open:
        say(f"Next: rpa work --until-idle{_at(options.dir)}")


def _at(folder: Path) -> str:
    return "" if folder == DATA else f" --dir {folder}"
