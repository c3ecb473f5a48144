"""The PAS's list of cancer pathways as it is sent, and what the robot read of each pathway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pydantic import TypeAdapter

from rpa import NHSNumber, Results, Row, column
from rpa.bots import CancerPathway
from workflows._cancer_days import IsWorkingDay, Pause
from workflows._cancer_pathways import Pathway, Standing, standing_of

CLOSED = "closed since the list was made"
DISCHARGED = "a clinician discharged the patient, who had missed the first appointment"
ENDED = {CLOSED: "Closed since", DISCHARGED: "Discharged by a clinician"}
LOOK = "look"
"""The step that read a pathway."""
_AS_READ: TypeAdapter[CancerPathway] = TypeAdapter(CancerPathway)


class ListedPathway(Row):
    """One row of the PAS's list."""

    pathway: str = column("Pathway", note="The number of the cancer pathway in the PAS.", example="REN2600001")
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    referral_date: date | None = column("Referral date", default=None, required=False)
    status: str | None = column("Status", default=None, required=False, note="As the PAS has it; it is read anew.")


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

    today: date
    soon: int
    is_working_day: IsWorkingDay
    read: Mapping[str, CancerPathway]
    pathways: Mapping[str, Pathway]
    standings: Mapping[str, Standing]
    ended: Mapping[str, str]
    """Why a pathway of the list is on none of the four."""


def watch_of(results: Results[ListedPathway], asked: Asked) -> Watch:
    """Judge what was read by a list's own day."""
    today = asked.today or results.job.submitted_at.astimezone(results.calendar.zone).date()
    read = {
        case.row.pathway: _AS_READ.validate_python(case.kept[LOOK])
        for case in results.cases
        if case.item.outcome == "read" and case.kept.get(LOOK)
    }
    works = results.calendar.is_working_day
    pathways = {number: pathway_of(found) for number, found in read.items()}
    standings = {
        number: standing_of(one, today, soon=asked.soon, is_working_day=works) for number, one in pathways.items()
    }
    ended = {case.row.pathway: ENDED[case.item.outcome] for case in results.cases if case.item.outcome in ENDED}
    return Watch(today, asked.soon, works, read, pathways, standings, ended)


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
