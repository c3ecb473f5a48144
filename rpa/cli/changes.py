"""`rpa changes`: what a plan would change, on the screen as a count and in a workbook row by row."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.approvals import change_set_of, seen_by, shown_of
from rpa.approvals.book import write_changes
from rpa.approvals.looks import UNSEEN, Since
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.desk import Desk
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.planning import password_of_all
from rpa.runpage.words import counted
from rpa.states import JobState

Output = Annotated[Path | None, Parameter(name=("--output", "-o"), help="The workbook to write, which ends in .xlsx.")]
Compare = Annotated[
    bool, Parameter(name="--compare", help="Have the robot look at the same rows again, and write nothing.")
]
_SINCE = {Since.SAME: "as planned", Since.OTHER: "changed since", Since.RIGHT: "right already",
          Since.UNKNOWN: "not known"}  # fmt: skip


def changes(job_id: JobId, *, output: Output = None, compare: Compare = False, options: Asked = ASKED) -> None:
    """Show what a plan would change, for whoever is to approve it. That it was looked at is recorded.

    With --json each change is shown, from what to what; with --output they are written into a workbook. With --compare
    the robot finds out what has changed since; once it has, this command says so.
    """
    with opened(options.dir) as desk:
        if compare:
            _compare(desk, job_id, options)
            return
        plan, job = change_set_of(desk.views, job_id), desk.views.job(job_id)
        digest = desk.approvals.digest(plan)
        if output is not None:
            _check(output)
        facts = {"what": "plan", "changes": digest, "count": len(plan.changes)}
        note_reading(desk, job.run, options.person, facts=facts)
        if output is not None:
            shown = shown_of(desk.workflows.get(plan.workflow), desk.views.items(job_id), digest=digest)
            write_changes(output, plan, job, shown=shown, password=password_of_all(job.inputs, desk.secrets))
        look = desk.last_look(job_id, by=options.person)
        found = {} if look is None else seen_by(desk.database, look, plan.changes)
        seen = [found.get((one.key, one.what), UNSEEN) for one in plan.changes]
        if options.json:
            said = [{"item": one.item_id, "key": one.key, "kind": one.kind, "what": one.what, "before": one.before,
                     "after": one.after, "since": each.since, "now": each.now}
                    for one, each in zip(plan.changes, seen, strict=True)]  # fmt: skip
            print_json({"job": job_id, "digest": digest, "compared_by": look and look.id, "changes": said})
            return
        items = len({one.key for one in plan.changes})
        made = f"{counted(len(plan.changes), 'change')} to {counted(items, 'item')}"
        done = " and ".join(str(one) for one in desk.views.carried_out_by(job_id))
        say(f"Job {job_id} would make {made}; {f'carried out by job {done}' if done else 'none is made yet'}.")
        say(f"They are in {output}." if output else f"`rpa changes {job_id} -o FILE.xlsx` shows each of them.")
        if look is not None:
            say(_compared(look, Counter(one.since for one in seen)))


def _compare(desk: Desk, job_id: int, options: Asked) -> None:
    made = desk.look_again(job_id, by=options.person)
    if options.json:
        print_json({"job": made.job.id, "new": made.is_new})
        return
    begun = f"Job {made.job.id} compares the plan{'' if made.is_new else ' already'}"
    say(f"{begun}; `rpa work` does it, and `rpa changes {job_id}` shows what it found.")


def _compared(look: Job, since: Mapping[Since, int]) -> str:
    if look.state is JobState.OPEN:
        return f"Job {look.id} compares the plan with the system now."
    told = ", ".join(f"{since[one]:,} {words}" for one, words in _SINCE.items() if since.get(one))
    return f"Compared with the system by job {look.id}: {told}."


def _check(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output.name} should end in .xlsx: the changes are an Excel workbook")
    if output.exists():
        raise UsageError(f"there is a file {output.name!r} already, and it was left as it is: give another name")
