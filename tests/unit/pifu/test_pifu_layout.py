"""What a team reads of a pathway on its sheet."""

from datetime import date

import pytest

from rpa.connectors.spreadsheet import ReportRow, Tint
from tests.unit.pifu.rows import ENDS, TODAY, pifu_row, review
from workflows._pifu_layout import in_words, of_pathway, team_line

DUE = date(2026, 12, 11)


@pytest.mark.parametrize(
    ("ends_on", "ends", "tint"),
    [
        (date(2026, 11, 13), "OVERDUE by 10 days", Tint.ATTENTION),
        (date(2026, 11, 22), "OVERDUE by 1 day", Tint.ATTENTION),
        (TODAY, "today", Tint.NONE),
        (date(2026, 11, 24), "in 1 day", Tint.NONE),
        (ENDS, "in 21 days", Tint.NONE),
    ],
)
def test_line_says_how_near_the_end_is_and_shades_what_is_overdue(ends_on: date, ends: str, tint: Tint) -> None:
    row = pifu_row(ends_on=ends_on)

    line = team_line(row, review(row), "Done", "Task made.")

    assert (line.cells[0], line.cells[1], line.tint) == (ends_on, ends, tint)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("Task made.", DUE),
        ("A task would be made.", DUE),
        ("Has a task already.", None),
        ("A visit is booked.", None),
    ],
)
def test_line_tells_when_a_task_is_due_only_if_this_list_made_it(said: str, due: date | None) -> None:
    line = team_line(pifu_row(), review(), "Done", said)

    assert line.cells[-3] == due


def test_line_of_a_task_of_two_pathways_tells_its_own_day_and_no_other() -> None:
    both = review(pifu_row(1), pifu_row(2, ends_on=date(2026, 12, 18)))

    together = [team_line(row, both, "Done", "Task made.").cells[-3] for row in both.rows]
    apart = [team_line(row, both, "Done", "REN1: reviewed since; REN2: task made.").cells[-3] for row in both.rows]

    assert (together, apart) == ([DUE, DUE], [None, date(2026, 12, 17)])


def test_line_says_what_became_of_its_own_pathway() -> None:
    said = "REN1: task made; REN2: reviewed since."

    assert [of_pathway(pifu_row(number), said) for number in (1, 2)] == ["Task made.", "Reviewed since."]
    assert of_pathway(pifu_row(), "Task made.") == "Task made."
    assert of_pathway(pifu_row(), "The system did not answer in time.") == "The system did not answer in time."


def test_summary_says_what_happened_in_place_of_a_code() -> None:
    codes = {"STALE": "A pathway has another end date in the PAS. Take a new extract."}
    lines = [ReportRow(["pifu", "PIFU", kind, 1, 0, 1], Tint.TOTAL) for kind in ("STALE", "Due", "All rows")]

    said = [in_words(line, 2, codes) for line in lines]

    assert [line.cells[2] for line in said] == ["A pathway has another end date in the PAS.", "Due", "All rows"]
    assert {(line.tint, *line.cells[3:]) for line in said} == {(Tint.TOTAL, 1, 0, 1)}
