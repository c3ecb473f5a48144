"""The digital team's lists that can be taken away: causes, and the rows of one."""

from collections.abc import Iterator

from starlette.responses import Response

from rpa.console.list_files import AT_ONCE, Cells, Listing, hand_out, on_the_clock
from rpa.console.operating.problems import cause_of, causes_asked
from rpa.console.visit import Visit
from rpa.lists import Cause
from rpa.runpage.words import masked, masked_key


def causes(visit: Visit) -> Response:
    """Hand out the list of causes, as the address narrows it."""
    headings = ("What happened", "Code", "Work", "Kind", "Rows", "Jobs", "First seen", "Last seen", "Known")
    lines: Iterator[Cells] = (
        (one.said.what_happened, one.cause.code, one.title, one.kind, one.items, one.jobs, on_the_clock(one.first_at),
         on_the_clock(one.last_at), masked(one.known.text) if one.known else "")
        for one in causes_asked(visit)
    )  # fmt: skip
    return hand_out(visit, Listing("problems", headings, lines))


def rows_of_cause(visit: Visit) -> Response:
    """Hand out the rows that a cause holds up; that is recorded."""
    cause = cause_of(visit)
    headings = ("Row", "Ends in", "Job", "Attempts", "More", "Last")
    return hand_out(visit, Listing("problem-rows", headings, _rows(visit, cause), "list of what needs a person"))


def _rows(visit: Visit, cause: Cause) -> Iterator[Cells]:
    after = 0
    while some := visit.desk.lists.items_of(cause, after=after, limit=AT_ONCE):
        for one in some:
            yield [one.id, masked_key(one.key), one.job_id, one.attempts, masked(one.outcome or ""),
                   on_the_clock(one.updated_at)]  # fmt: skip
        after = some[-1].id
