"""Which rows of the extract belong together, and what becomes of those that nobody need look at."""

from datetime import date, timedelta
from typing import Any

import pytest

from rpa import Case, Table
from rpa.calendars import Calendar
from rpa.exceptions import UsageError
from rpa.planning import cases_of, check_params
from tests.unit.pifu.rows import BEGAN, TODAY, pifu_row
from workflows._pifu import PifuRow, Review, Standing
from workflows.list_pifu_reviews import list_pifu_reviews

FAR = TODAY + timedelta(days=200)


def planned(*rows: PifuRow, calendar: Calendar | None = None, **params: Any) -> list[Case[Review]]:
    table = Table(name="pifu", file="pifu.xlsx", sha256="0" * 64, sheet="PIFU", header_row=1, headings=(), rows=rows,
                  rejected=())  # fmt: skip
    told = check_params(list_pifu_reviews, params)
    return cases_of(list_pifu_reviews, {"pifu": table}, told, today=TODAY, calendar=calendar)


def test_two_pathways_of_a_patient_with_one_team_are_one_case_of_the_first_end() -> None:
    (case,) = planned(pifu_row(1, ends_on=date(2026, 12, 16)), pifu_row(2, ends_on=date(2026, 11, 20)))

    assert [row.pathway for row in case.row.rows] == ["REN2", "REN1"]
    assert (case.row.standing, case.row.task_days) == (Standing.OVERDUE, (TODAY, date(2026, 12, 15)))
    assert case.row.key == "9990000018 Larch, haematology"


def test_two_pathways_of_a_patient_with_two_teams_are_a_case_each() -> None:
    cases = planned(pifu_row(1), pifu_row(2, team="Willow, clinical oncology"))

    assert [case.row.first.pathway for case in cases] == ["REN1", "REN2"]
    assert len({case.row.key for case in cases}) == 2


def test_row_that_is_there_twice_is_named_once_and_counted_twice() -> None:
    (case,) = planned(pifu_row(1), pifu_row(1, source=pifu_row(9).source))

    assert (len(case.row.rows), len(case.of)) == (1, 2)


def test_rows_of_one_pathway_that_differ_are_for_a_person() -> None:
    (case,) = planned(pifu_row(1), pifu_row(1, source=pifu_row(9).source, ends_on=FAR))

    assert (case.code, len(case.of)) == ("ROWS_DIFFER", 2)


@pytest.mark.parametrize(
    ("other", "outcome"),
    [({"ends_on": FAR}, "not due yet"), ({"reviewed_on": BEGAN + timedelta(9)}, "reviewed already")],
)
def test_pathway_that_nobody_need_look_at_ends_at_once_beside_the_one_that_is_due(
    other: dict[str, Any], outcome: str
) -> None:
    cases = planned(pifu_row(1), pifu_row(2, **other))

    assert [(case.row.first.pathway, case.outcome) for case in cases] == [("REN2", outcome), ("REN1", None)]
    assert len({case.row.key for case in cases}) == 2


def test_days_and_today_may_be_told() -> None:
    (soon,) = planned(pifu_row(ends_on=TODAY + timedelta(days=8)), days=7)
    (later,) = planned(pifu_row(ends_on=TODAY + timedelta(days=8)), days=7, today=TODAY + timedelta(days=1))

    assert (soon.row.standing, later.row.standing) == (Standing.LATER, Standing.DUE)


def test_closed_days_of_the_trust_are_no_working_days() -> None:
    closed = Calendar(closed={date(2026, 12, 11): "Open day"})

    (case,) = planned(pifu_row(ends_on=date(2026, 12, 14)), calendar=closed)

    assert case.row.task_days == (date(2026, 12, 10),)


@pytest.mark.parametrize("days", [-1, 367, "soon"])
def test_days_that_make_no_sense_are_refused(days: object) -> None:
    with pytest.raises(UsageError, match="days"):
        planned(pifu_row(), days=days)
