"""`rpa audit find`: entries of the record by person, kind, time, work, job and words; a page at a time."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from rpa.answers.phrases import KINDS
from rpa.answers.postings import Postings
from rpa.answers.search import PAGE, Sought, find
from rpa.audit.record import SYSTEM_RUN
from rpa.calendars.typed import span_of
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.cli.trail import document_of, show_trail
from rpa.console.record_asked import newest_runs
from rpa.console.record_lines import has_words
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError
from rpa.runpage.words import uk_time


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Which:
    """Which entries; what is not said does not matter."""

    person: Annotated[str | None, Parameter(help="Who did it: the whole name, however it is spelt.")] = None
    kind: Annotated[str | None, Parameter(help=f"What happened: {', '.join(KINDS)}.")] = None
    since: Annotated[str | None, Parameter(name="--from", help="From this day or time on: 2026-11-23.")] = None
    until: Annotated[str | None, Parameter(name="--to", help="Up to this day or time, which belongs to it.")] = None
    workflow: Annotated[str | None, Parameter(help="Of the newest jobs of a workflow.")] = None
    job: Annotated[int | None, Parameter(help="Of a job.")] = None
    words: Annotated[str, Parameter(help="With all these words in what is told of it, patients' details hidden.")] = ""


ANYTHING = Which()
Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=1_000), help="At most so many entries.")]
After = Annotated[str, Parameter(help="Where the last page ended, as it said.")]


def find_entries(*, which: Which = ANYTHING, limit: Limit = PAGE, after: After = "", options: Asked = ASKED) -> None:
    """Find entries of the record, newest first. That it was looked at is recorded.

    Entries are found some seconds after they were sealed. Ends with 3 when there is none.
    """
    with opened(options.dir) as desk:
        Postings(desk.database, desk.clock).tick()
        found = find(desk.database, _sought(desk, which, after), after=after, limit=limit)
        facts = {"what": "record", "by": "find", "count": len(found.entries)}
        note_reading(desk, SYSTEM_RUN, options.person, facts=facts)
        if options.json:
            print_json({"entries": [document_of(one) for one in found.entries], "following": found.following})
        elif found.entries:
            show_trail(desk, list(found.entries))
        if found.following and found.looked_back_to is not None and not options.json:
            say(f"Looked back to {uk_time(found.looked_back_to)}; `--after {found.following}` looks further.")
        if not found.entries and not found.following:
            raise NotFoundError("the record has no such entry; look for less, or for a longer time")


def _sought(desk: Desk, which: Which, after: str) -> Sought:
    if which.kind is not None and which.kind not in KINDS:
        raise UsageError(f"found {which.kind!r} for --kind, expected one of {', '.join(KINDS)}")
    span = span_of(which.since, which.until)
    return Sought(
        person=which.person or "",
        names=KINDS[which.kind][1] if which.kind is not None else (),
        since=span.since if span is not None else None,
        until=span.until if span is not None else None,
        runs=_runs(desk, which, after),
        fits=partial(has_words, which.words),
    )


def _runs(desk: Desk, which: Which, after: str) -> list[str] | None:
    if which.job is not None:
        return [desk.views.job(which.job).run]
    return None if which.workflow is None else newest_runs(desk, which.workflow, after=after)
