"""The results of a plan that was carried out: each of its rows with what became of it, whichever job did it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from rpa.connectors.spreadsheet import Row
from rpa.results.story import Results
from rpa.states import RowEnd

R = TypeVar("R", bound=Row)


def with_what_became(plan: Results[R], later: Sequence[Results[R]]) -> Results[R]:
    """Return the results of a plan with those of the jobs that carried it out: its first items, and the rest.

    What no job has carried out yet, or what nothing was to be written for, stays as it was planned.
    """
    if not later:
        return plan
    rows = {row.place: row for one in later for row in one.rows}
    cases = {case.item.key: case for one in later for case in one.cases}
    return replace(
        plan,
        rows=[rows.get(row.place, row) if row.ended is RowEnd.ITEM else row for row in plan.rows],
        cases=[cases.get(case.item.key, case) for case in plan.cases],
        effects=[effect for one in later for effect in one.effects],
        carried_out_by=[one.job.id for one in later],
    )
