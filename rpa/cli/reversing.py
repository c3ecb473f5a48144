"""`rpa reverse`: what a job changed becomes a plan that would put it back."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from rpa.approvals import LeftBehind
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked, JobId, Why
from rpa.cli.screen import print_json, say
from rpa.runpage.words import counted

Again = Annotated[bool, Parameter(help="Make a new plan although there is one already.")]


def reverse(job_id: JobId, *, why: Why, again: Again = False, options: Asked = ASKED) -> None:
    """Plan to put back what a job changed, and write nothing; then somebody else can approve it."""
    with opened(options.dir) as desk:
        made = desk.reverse(job_id, by=options.person, why=why, again=again)
        if options.json:
            left = [{"item": one.item_id, "what": one.what, "why": one.why} for one in made.left_behind]
            print_json({"job": made.job.id, "new": made.is_new, "reverses": job_id, "items": made.job.rows_in,
                        "left_behind": left})  # fmt: skip
            return
        if made.is_new:
            totals = desk.views.totals(made.job.id)
            items = counted(made.job.open_items, "item")
            say(f"Job {made.job.id} finds out what would put job {job_id} back: {items}. Nothing is written.")
            if totals.duplicate:
                say(f"Left out, as another job still has them to do: {counted(totals.duplicate, 'row')}.")
        else:
            say(f"Job {made.job.id} is that plan already. To make a new one, add --again.")
        _tell(made.left_behind)
        where = f" --dir {options.dir}"
        say(f"Next: rpa work --until-idle{where}. Then somebody else looks: "
            f"rpa changes {made.job.id}{where}, rpa approve {made.job.id}{where}")  # fmt: skip


def _tell(left: Sequence[LeftBehind]) -> None:
    if left:
        say(f"{counted(len(left), 'thing')} it did will stay as it is, see to it by hand:")
    for one in left:
        say(f"  item {one.item_id}: {one.what} ({one.why})")
