"""`rpa work`: a worker in this process."""

from contextlib import closing
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.progress import WorkProgress
from rpa.cli.screen import print_json, say
from rpa.desk import Desk
from rpa.models import Claim
from rpa.runpage import write_due_pages, write_run_page
from rpa.runpage.words import verdict
from rpa.states import JobState

UntilIdle = Annotated[bool, Parameter(help="End when no item waits or runs any more.")]


def work(*, until_idle: UntilIdle = False, options: Common = COMMON) -> Exit:
    """Do what waits in the queue: one item after the other, until told to stop (Ctrl+C lets the item in hand finish).

    With --until-idle it ends by itself: 0 when all is done, 6 when items of the jobs it worked on need a person.
    """
    with opened(options.dir, make=True) as desk:
        write_due_pages(desk)
        attempts, jobs = _work(desk, until_idle=until_idle, quiet=options.json)
        write_due_pages(desk)
        return _tell(desk, jobs, attempts, as_json=options.json)


def _work(desk: Desk, *, until_idle: bool, quiet: bool) -> tuple[int, list[int]]:
    with WorkProgress(desk.clock, quiet=quiet) as progress, closing(desk.crew()) as crew:
        foreman = Foreman(desk, progress)
        attempts = desk.worker(crew).run(desk.me, until_idle=until_idle, after_item=foreman.after_item)
        return attempts, sorted(foreman.jobs)


class Foreman:
    """Looks after each attempt: shows the progress, and writes the page of a job that is done."""

    def __init__(self, desk: Desk, progress: WorkProgress) -> None:
        self._desk = desk
        self._progress = progress
        self.jobs = set[int]()

    def after_item(self, claim: Claim) -> None:
        """Take notice of one attempt."""
        self.jobs.add(claim.job_id)
        self._progress.attempted(self._desk.views.open_items())
        if self._desk.views.job(claim.job_id).state == JobState.COMPLETED:
            page = write_run_page(self._desk, claim.job_id)
            self._progress.line(f"Job {claim.job_id} is completed; its run page is {page}")


def _tell(desk: Desk, jobs: list[int], attempts: int, *, as_json: bool) -> Exit:
    totals = {job_id: desk.views.totals(job_id) for job_id in jobs}
    if as_json:
        told = [{"job": job_id, "totals": one.as_dict()} for job_id, one in totals.items()]
        print_json({"attempts": attempts, "jobs": told})
    elif not jobs:
        say("Nothing waits. Jobs start when somebody submits files: rpa submit WORKFLOW FILE…")
    else:
        for job_id, one in totals.items():
            say(f"Job {job_id}: {verdict(one)}")
    return Exit.NEEDS_PERSON if any(one.failed for one in totals.values()) else Exit.DONE
