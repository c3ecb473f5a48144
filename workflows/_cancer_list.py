"""The PAS's list of cancer pathways as it is sent, and what the robot read of each pathway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pydantic import TypeAdapter

from rpa import Results
from rpa.bots import CancerPathway
from workflows._cancer_days import IsWorkingDay, Pause
from workflows._cancer_left import Left, left_of
from workflows._cancer_news import Stand
from workflows._cancer_pathways import Pathway, Standing, standing_of
from workflows._cancer_row import ListedPathway

CLOSED = "closed since the list was made"
DISCHARGED = "a clinician discharged the patient, who had missed the first appointment"
ENDED = {CLOSED: "Closed since", DISCHARGED: "Discharged by a clinician"}
LOOK = "look"
"""The step that read a pathway."""
_AS_READ: TypeAdapter[CancerPathway] = TypeAdapter(CancerPathway)


class Asked(Protocol):
    """What of the parameters the rules need."""

    @property
    def soon(self) -> int:
        """Working days that may be left for a wait to be at risk."""

    @property
    def today(self) -> date | None:
        """The day to count for, if not the present one."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The pathways of one list that are open, and how each stood on its day; by pathway number."""

    job: int
    today: date
    soon: int
    is_working_day: IsWorkingDay
    read: Mapping[str, CancerPathway]
    pathways: Mapping[str, Pathway]
    standings: Mapping[str, Standing]
    ended: Mapping[str, str]
    """Why a pathway of the list is on none of the four."""
    left: Left
    """The rows that were not read."""
    first_job: int | None = None
    """The job of whose returned workbook the rows are, if they are no whole list."""

    @property
    def rows(self) -> int:
        """How many rows the list had."""
        return len(self.read) + len(self.ended) + len(self.left.rows)

    @property
    def stand(self) -> Stand:
        """Where its pathways are."""
        return Stand(self.standings, self.ended.keys(), self.left.numbers.keys(), whole=self.first_job is None)


def watch_of(results: Results[ListedPathway], asked: Asked, *, as_then: bool = False) -> Watch:
    """Judge what was read by a list's own day; `as_then` leaves out what a later list read of the same pathway."""
    job = results.job
    today = asked.today or job.submitted_at.astimezone(results.calendar.zone).date()
    own = [case for case in results.cases if case.item.job_id == job.id or not as_then]
    read = {
        case.row.pathway: _AS_READ.validate_python(case.kept[LOOK])
        for case in own
        if case.item.outcome == "read" and case.kept.get(LOOK)
    }
    works = results.calendar.is_working_day
    pathways = {number: pathway_of(found) for number, found in read.items()}
    standings = {
        number: standing_of(one, today, soon=asked.soon, is_working_day=works) for number, one in pathways.items()
    }
    ended = {case.row.pathway: ENDED[case.item.outcome] for case in own if case.item.outcome in ENDED}
    left = left_of(results, {*read, *ended})
    return Watch(job.id, today, asked.soon, works, read, pathways, standings, ended, left, job.parent_id)


def pathway_of(found: CancerPathway) -> Pathway:
    """Return what the rules need of a pathway."""
    return Pathway(
        reference=found.pathway,
        referred_on=found.referred_on,
        received_on=found.received_on,
        first_seen_on=found.first_seen_on,
        told_on=found.told_on,
        decided_on=found.decided_on,
        treated_on=found.treated_on,
        next_event_on=found.next_event_on,
        admitted=found.admitted_care,
        pauses=tuple(Pause(*one) for one in found.pauses),
        on_62_days=found.on_62_days,
    )


def kind_of(watch: Watch, row: ListedPathway) -> str:
    """Return the class of a row in the summary: the list on which its pathway is, or why it is on none."""
    standing = watch.standings.get(row.pathway)
    return standing.value if standing else watch.ended.get(row.pathway, "Not read")
