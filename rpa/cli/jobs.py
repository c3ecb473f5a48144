"""`rpa jobs` and `rpa job`: what was asked for, and what came of it."""

from typing import Annotated, Any

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common, JobId
from rpa.cli.screen import console, print_json, print_table, say, table, when
from rpa.cli.waiting import why_it_waits
from rpa.desk import Desk
from rpa.lists import PAGE, JobFilter
from rpa.models import Job, Priority
from rpa.runpage.story import Story, tell
from rpa.runpage.words import counted, verdict

Limit = Annotated[int, Parameter(help="How many, newest first.")]
Before = Annotated[int | None, Parameter(help="Go on behind this job: the last of the page before.")]
AskedBy = Annotated[str | None, Parameter(help="Only what this person asked for.")]
Of = Annotated[str | None, Parameter(help="Only jobs of this workflow.")]
Open = Annotated[bool, Parameter(name="--open", help="Only jobs of which something waits or runs.")]


def jobs(*, limit: Limit = PAGE, before: Before = None, asked_by: AskedBy = None, workflow: Of = None,
         open_only: Open = False, options: Common = COMMON) -> None:  # fmt: skip
    """List the newest jobs."""
    wanted = JobFilter(asked_by, workflow, open_only)
    with opened(options.dir) as desk:
        found = desk.lists.jobs(wanted, before=before, limit=limit)
        if options.json:
            print_json([_job(desk, one) for one in found])
        elif not found and (wanted != JobFilter() or before):
            say("There are no such jobs.")
        elif not found:
            say("There are no jobs yet. A job starts with files: rpa submit WORKFLOW FILE…")
        else:
            headings = ("Job", "Workflow", "State", "Asked by", "Submitted", "Rows", "Done", "Needs a person", "Open")
            print_table(headings, [_line(desk, one) for one in found], right=("Job", *headings[5:]))


def job(job_id: JobId, *, options: Common = COMMON) -> Exit:
    """Show one job: its totals, and what needs a person. Ends with 6 when items need a person."""
    with opened(options.dir) as desk:
        story = tell(desk, job_id)
        if options.json:
            print_json(_document(desk, story))
        else:
            _show(story, why_it_waits(desk, story.job.workflow) if story.totals.open else "")
        return Exit.NEEDS_PERSON if story.totals.failed else Exit.DONE


def _job(desk: Desk, one: Job) -> dict[str, Any]:
    totals = desk.views.totals(one.id)
    return {
        "id": one.id,
        "workflow": one.workflow,
        "version": one.version,
        "state": one.state,
        "dry_run": one.dry_run,
        "requested_by": one.requested_by,
        "priority": Priority.of(one.priority),
        "submitted_at": one.submitted_at,
        "not_before": one.not_before,
        "deadline": one.deadline,
        "completed_at": one.completed_at,
        "parent": one.parent_id,
        "applies": one.applies,
        "reverses": one.reverses,
        "totals": totals.as_dict(),
        "by_hand": totals.by_hand,
        "put_aside": totals.put_aside,
    }


def _line(desk: Desk, one: Job) -> tuple[str, ...]:
    totals = desk.views.totals(one.id)
    state = f"{one.state}{' (dry run)' if one.dry_run else ''}"
    counts = (totals.rows_in, totals.completed, totals.failed, totals.open)
    return (str(one.id), one.workflow, state, one.requested_by, when(one.submitted_at), *(f"{n:,}" for n in counts))


def _document(desk: Desk, story: Story) -> dict[str, Any]:
    groups = [
        {"code": one.code, "what_happened": one.what_happened, "how_to_fix": one.how_to_fix,
         "items": [each.item_id for each in one.items], "rows": sum(len(each.places) for each in one.items)}
        for one in story.groups
    ]  # fmt: skip
    return _job(desk, story.job) | {
        "title": story.title,
        "balance": story.totals.balance,
        "changed": len(story.changes),
        "waits": why_it_waits(desk, story.job.workflow) if story.totals.open else "",
        "needs_person": groups,
        "inputs": list(story.job.inputs),
        "verified": story.record.sound,
        "page": str(story.page),
    }


def _timing(one: Job) -> str:
    """Say how the job stands among others and when it is to be done, as far as that was asked for."""
    said = [
        f"its priority is {Priority.of(one.priority)}" if one.priority != Priority.NORMAL.number else "",
        f"it may start at {when(one.not_before)}" if one.not_before else "",
        f"it must be done by {when(one.deadline)}" if one.deadline else "",
    ]
    sentence = ", ".join(filter(None, said))
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _show(story: Story, waits: str) -> None:
    out = console()
    out.print(f"Job {story.job.id}: {story.title}", style="bold", markup=False)
    say(" ".join(filter(None, (verdict(story.totals, dry_run=story.job.dry_run), waits))))
    what_for = f", to put back what job {story.job.reverses} changed" if story.job.reverses else ""
    asked = f"Asked for by {story.job.requested_by}, {when(story.job.submitted_at)}{what_for}."
    say(" ".join(filter(None, (asked, _timing(story.job), story.changed_sentence, story.cases_sentence))))
    if story.groups:
        made = table("Code", "Items", "What happened", "How to fix", right=("Items",))
        for one in story.groups:
            made.add_row(one.code, f"{len(one.items):,}", one.what_happened, one.how_to_fix)
        out.print()
        out.print(made)
    if story.unreadable:
        say(f"{counted(len(story.unreadable), 'row')} could not be read; the run page lists them with their columns.")
    say(f"{story.record.sentence} Run page: {story.page if story.page.is_file() else 'not written yet'}")
