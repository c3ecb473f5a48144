"""`rpa changes`: what a plan would change, on the screen as a count and in a workbook row by row."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.approvals import change_set_of, shown_of
from rpa.approvals.book import write_changes
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.exceptions import UsageError
from rpa.planning import password_of_all
from rpa.runpage.words import counted

Output = Annotated[Path | None, Parameter(name=("--output", "-o"), help="The workbook to write, which ends in .xlsx.")]


def changes(job_id: JobId, *, output: Output = None, options: Asked = ASKED) -> None:
    """Show what a plan would change, for whoever is to approve it. That it was looked at is recorded.

    With --json each change is shown, from what to what; with --output they are written into a workbook.
    """
    with opened(options.dir) as desk:
        plan, job = change_set_of(desk.views, job_id), desk.views.job(job_id)
        digest = desk.approvals.digest(plan)
        if output is not None:
            _check(output)
        facts = {"what": "plan", "changes": digest, "count": len(plan.changes)}
        note_reading(desk, job.run, options.person, facts=facts)
        if output is not None:
            shown = shown_of(desk.workflows.get(plan.workflow), desk.views.items(job_id), digest=digest)
            write_changes(output, plan, job, shown=shown, password=password_of_all(job.inputs, desk.secrets))
        if options.json:
            said = [{"item": one.item_id, "key": one.key, "kind": one.kind, "what": one.what, "before": one.before,
                     "after": one.after} for one in plan.changes]  # fmt: skip
            print_json({"job": job_id, "digest": digest, "changes": said})
            return
        items = len({one.key for one in plan.changes})
        made = f"{counted(len(plan.changes), 'change')} to {counted(items, 'item')}"
        done = " and ".join(str(one) for one in desk.views.carried_out_by(job_id))
        say(f"Job {job_id} would make {made}; {f'carried out by job {done}' if done else 'none is made yet'}.")
        say(f"They are in {output}." if output else f"`rpa changes {job_id} -o FILE.xlsx` shows each of them.")


def _check(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output.name} should end in .xlsx: the changes are an Excel workbook")
    if output.exists():
        raise UsageError(f"there is a file {output.name!r} already, and it was left as it is: give another name")
