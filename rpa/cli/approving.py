"""`rpa plan`, `approve`, `reject`, `apply`: what would be written is seen by a second person before it is."""

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from rpa.approvals import ChangeSet, change_set_of, check_cap, check_version
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId
from rpa.cli.passphrases import signed_in
from rpa.cli.screen import print_json, say, when
from rpa.cli.submitting import AS_USUAL, How, submit
from rpa.definition import NeedsApproval
from rpa.desk import Desk
from rpa.retry import seconds_of
from rpa.runpage.words import counted
from rpa.settings import load_settings

Reason = Annotated[str, Parameter(name="--why", help="For whoever made the plan; without patients' details.")]
Rest = Annotated[bool, Parameter(help="What was not among the first items, once those are done well.")]


def plan(workflow: str, /, *files: str, how: How = AS_USUAL, options: Asked = ASKED) -> None:
    """Find out what would be written, and write nothing; then somebody else can approve it.

    Args:
        workflow: Its name, as `rpa workflows` lists it.
        files: The spreadsheets, as for `rpa submit`.
        how: Parameters and timing.
        options: Folder, JSON, who asks.
    """
    load_settings(options.dir)
    submit(workflow, *files, how=how.planned(), options=options)


def approve(job_id: JobId, *, options: Asked = ASKED) -> None:
    """Let a plan be carried out as it stands, with your passphrase. Whoever asked for it can't."""
    with opened(options.dir) as desk:
        found = change_set_of(desk.views, job_id)
        workflow = desk.workflows.get(found.workflow)
        check_version(workflow, found)
        check_cap(workflow, found)
        holds = timedelta(seconds=seconds_of((workflow.options.approval or NeedsApproval()).holds))
        made = desk.approvals.approve(found, by=signed_in(desk, options.person.name), holds=holds)
        if options.json:
            print_json({"job": job_id, "changes": made.changes, "digest": made.digest, "until": made.until})
        else:
            say(f"{counted(made.changes, 'change')} of job {job_id} approved, until {when(made.until)}.")
            say(f"`rpa apply {job_id}` carries them out.")


def reject(job_id: JobId, *, why: Reason, options: Asked = ASKED) -> None:
    """Let a plan never be carried out, with your passphrase."""
    with opened(options.dir) as desk:
        plan = change_set_of(desk.views, job_id)
        desk.approvals.reject(plan, by=signed_in(desk, options.person.name), why=why)
        if options.json:
            print_json({"job": job_id, "decision": "rejected"})
        else:
            say(f"Job {job_id} is rejected and will never be carried out.")


def apply(job_id: JobId, *, rest: Rest = False, options: Asked = ASKED) -> None:
    """Carry out a plan that was approved: exactly its changes, and none that is out of date."""
    with opened(options.dir) as desk:
        made = desk.apply(job_id, by=options.person, rest=rest)
        if options.json:
            print_json({"job": made.job.id, "new": made.is_new, "applies": job_id, "items": made.job.rows_in})
            return
        if not made.is_new:
            say(f"That is job {made.job.id} already; nothing was done twice.")
            return
        what = _how_many(desk, change_set_of(desk.views, job_id), rest=rest)
        say(f"Job {made.job.id} carries out job {job_id}: {what}.")


def _how_many(desk: Desk, found: ChangeSet, *, rest: bool) -> str:
    number = len({one.key for one in found.changes})
    canary = (desk.workflows.get(found.workflow).options.approval or NeedsApproval()).canary
    if rest:
        return f"the other {counted(number - canary, 'item')}"
    if canary and canary < number:
        return f"the first {counted(canary, 'item')}. When they are done, look at them; `--rest` does the others"
    return counted(number, "item")
