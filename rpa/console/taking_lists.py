"""The lists that can be taken away: jobs, the rows of a job, and what needs a person."""

from collections.abc import Iterator, Mapping

from starlette.responses import Response

from rpa.approvals import plan_marks
from rpa.console.door import Page
from rpa.console.job_list import wanted_jobs
from rpa.console.jobs import codes_of, mine, titles
from rpa.console.list_files import AT_ONCE, Cells, Listing, hand_out, on_the_clock
from rpa.console.navigation import SENDERS
from rpa.console.rows import SHOWS, Line, rows_of, waiting_cases
from rpa.console.seeing import names_asked
from rpa.console.visit import Visit
from rpa.models import Job
from rpa.runpage.words import masked, masked_key


def jobs(visit: Visit) -> Response:
    """Hand out the list of jobs, as the address narrows it."""
    headings = ("Job", "Work", "Rows", "To do", "Need you", "State", "Sent by", "Sent")
    return hand_out(visit, Listing("jobs", headings, _jobs(visit)))


def _jobs(visit: Visit) -> Iterator[Cells]:
    desk, wanted, called = visit.desk, wanted_jobs(visit), titles(visit)
    before: int | None = None
    while some := desk.lists.jobs(wanted, before=before, limit=AT_ONCE):
        numbers = [one.id for one in some]
        marks, waiting = plan_marks(desk.database, numbers), waiting_cases(desk.database, numbers)
        for one in some:
            mark, cases = marks.get(one.id), waiting.get(one.id, 0)
            work = called.get(one.workflow, one.workflow)
            kind = "" if mark is None else f"Comparison for plan {mark.look_at}: " if mark.look_at else "Plan: "
            state = "Running" if one.open_items else "Needs you" if cases else "Finished"
            if state == "Finished" and mark is not None and not mark.look_at:
                state = mark.word(desk.clock.now())
            yield [one.id, f"{kind}{work}", one.rows_in, one.open_items, cases, state, one.requested_by,
                   on_the_clock(one.submitted_at)]  # fmt: skip
        before = numbers[-1]


def rows(visit: Visit) -> Response:
    """Hand out the rows of a job, or those of one of its parts; that is recorded."""
    one = mine(visit)
    where = ("List", "Row") if len(one.inputs) > 1 else ("Row",)
    headings = (*where, "Case", "Outcome", "What happened", "When")
    return hand_out(visit, Listing(f"job-{one.id}-rows", headings, _rows(visit, one), "list of rows", one.run))


def _rows(visit: Visit, one: Job) -> Iterator[Cells]:
    show = visit.asked("show") if visit.asked("show") in SHOWS else ""
    codes, after = codes_of(visit, one), ""
    while True:
        page = rows_of(visit.desk.database, one.id, codes, show=show, after=after, limit=AT_ONCE)
        for line in page.lines:
            place = [visit.desk.workflows.input_title(one.workflow, line.place.input)] if len(one.inputs) > 1 else []
            yield [*place, line.place.row, masked_key(line.key), *_told(line, one), on_the_clock(line.at)]
        if not page.following:
            return
        after = page.following


def _told(line: Line, one: Job) -> tuple[str, str]:
    is_planned = one.dry_run and line.state == "completed"
    said = masked(line.taken.sentence_beside_the_time) if line.taken else line.said
    return "Planned" if is_planned else line.outcome, f"Would end as: {said}" if is_planned and said else said


def needs_you(visit: Visit) -> Response:
    """Hand out the cases that wait for a person; that is recorded."""
    headings = ("Case", "Ends in", "Work", "Job", "What happened", "How to fix", "Since")
    return hand_out(visit, Listing("needs-you", headings, _cases(visit), "list of what needs a person"))


def _cases(visit: Visit) -> Iterator[Cells]:
    names, workflow, after = names_asked(visit), visit.asked("workflow") or None, 0
    while some := visit.desk.lists.failed(requested_by=names, workflow=workflow, after=after, limit=AT_ONCE):
        for one in some:
            title, said = visit.desk.workflows.words_for(one.workflow, one.code or "UNEXPECTED")
            said = said.on_pages
            yield [one.id, masked_key(one.key), title, one.job_id, said.what_happened, said.how_to_fix,
                   on_the_clock(one.updated_at)]  # fmt: skip
        after = some[-1].id


PAGES: Mapping[str, Page] = {
    "/jobs/download": Page(jobs, roles=SENDERS),
    "/jobs/{job:int}/rows/download": Page(rows, roles=SENDERS),
    "/needs-you/download": Page(needs_you, roles=SENDERS),
}
"""The addresses of these lists."""
