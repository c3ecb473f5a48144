"""Watches the open cancer pathways: which are a breach, which soon will be, and which have nothing booked."""

from datetime import date

from pydantic import BaseModel, Field

from rpa import BusinessException, Item, Results, step, workflow
from rpa.bots import CancerPathway, PracticePas
from rpa.connectors.spreadsheet import ReportSheet
from workflows._cancer_board import board_page
from workflows._cancer_counts import plots_of
from workflows._cancer_earlier import earlier_of
from workflows._cancer_list import CLOSED, DISCHARGED, Watch, watch_of
from workflows._cancer_row import ListedPathway
from workflows._cancer_sheets import sheets_of
from workflows._cancer_told import rows_told

CODES = {
    "NO_SUCH_PATHWAY": "The PAS has no cancer pathway with this number. "
    "Check the number in the PAS, correct it, and choose Resubmit; if the pathway is not there at all, take the row "
    "out of the list.",
    "OTHER_PATIENT": "The PAS has another patient under this pathway number than the list says. "
    "Check number and NHS number in the PAS, correct what is wrong, and choose Resubmit.",
}


class Params(BaseModel, extra="forbid", use_attribute_docstrings=True):
    """What a job may be told."""

    soon: int = Field(default=5, ge=0, le=60)
    """How many working days may be left for a wait to be at risk."""
    hide_few: bool = False
    """Whether the page for the board shows counts from 1 to 4 as "under 5"."""
    today: date | None = None
    """The day to count for, if not the present one."""


@workflow(title="Watch cancer pathways", key="pathway", uses=PracticePas, codes=CODES, params=Params, timeout="60s",
          minutes_by_hand=3)  # fmt: skip
def watch_cancer_pathways(item: Item[ListedPathway], pas: PracticePas) -> str:
    """Read each cancer pathway in the PAS, and make the list for the team and the page for the board of it."""
    found = look(pas, item.row.pathway)
    if found is None:
        raise BusinessException("NO_SUCH_PATHWAY")
    if found.patient.nhs_number != item.row.nhs_number:
        raise BusinessException("OTHER_PATIENT")
    if found.status != "open":
        return CLOSED
    # Missing the first appointment ends no two week wait, unless a clinician discharged the patient.
    return DISCHARGED if found.first_missed_on and found.clinically_discharged else "read"


@step(for_report=True)
def look(pas: PracticePas, pathway: str) -> CancerPathway | None:
    """Return what the PAS shows of a pathway."""
    return pas.cancer_pathway(pathway)


@watch_cancer_pathways.report
def report(results: Results[ListedPathway]) -> list[ReportSheet]:
    """Make the lists, what must happen first at the top of each, and what changed since the last list."""
    return sheets_of(results, watch_of(results, asked(results)), earlier_of(results, as_it_stood))


@watch_cancer_pathways.page
def board(results: Results[ListedPathway]) -> str:
    """Make the page for the board: counts alone, and nothing about any patient."""
    hide_few = asked(results).hide_few
    watch = watch_of(results, asked(results))
    plots = plots_of(watch, earlier_of(results, as_it_stood), exact=not hide_few)
    notes = rows_told(watch, exact=not hide_few)
    return board_page("Cancer pathways", watch.today, plots, notes=notes, hide_few=hide_few)


def as_it_stood(results: Results[ListedPathway]) -> Watch:
    """Judge an earlier list by its own day and parameters."""
    return watch_of(results, asked(results), as_then=True)


def asked(results: Results[ListedPathway]) -> Params:
    """Return what the job was told."""
    return Params.model_validate(results.job.params)
