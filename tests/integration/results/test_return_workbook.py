"""The workbook of a workflow with one sheet: what was sent, with three columns added, and its way back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook, load_workbook

from rpa.crew import Crew
from rpa.desk import Desk, open_desk
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind, Job, RowRef
from rpa.results import EarlierRow, write_results
from rpa.settings import load_settings
from rpa.states import ItemState, Taken
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.conftest import HandClock

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
WORKFLOW = '''
"""Checks numbers."""

from rpa import BusinessException, Item, Row, column, workflow


class Number(Row):
    """A number under a name."""

    name: str = column("Name")
    number: int = column("Number")


CODES = {"ODD": "The number is odd. Write an even one, and choose Resubmit."}


@workflow(title="Check numbers", key="name", codes=CODES)
def check_numbers(item: Item[Number]) -> str:
    """Take even numbers."""
    if item.row.number % 2:
        raise BusinessException("ODD")
    return "taken"
'''


class NoBots(HandedBots):
    """A crew with nobody in it."""

    def kill(self) -> None: ...


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock) -> Iterator[Desk]:
    (tmp_path / "own workflows").mkdir()
    (tmp_path / "own workflows" / "check_numbers.py").write_text(WORKFLOW, encoding="utf-8")
    desk = open_desk(load_settings(tmp_path / "data", workflows=(str(tmp_path / "own workflows"),)), clock)
    yield desk
    desk.close()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    book = Workbook()
    page = book.create_sheet("Numbers", 0)
    for row in (["Name", "Number"], ["a", 2], ["b", 3], ["c", "none"], ["a", 4]):
        page.append(row)
    book.save(tmp_path / "numbers.xlsx")
    return tmp_path / "numbers.xlsx"


def run(desk: Desk, file: Path, *, dry_run: bool = False) -> Job:
    job = desk.submit("check_numbers", [str(file)], by=CLERK, dry_run=dry_run).job
    desk.worker(cast(Crew, NoBots({}))).run_alone(this_process(), until=desk.nothing_waits)
    return desk.views.job(job.id)


def rows(path: Path) -> list[tuple[Any, ...]]:
    return [tuple(cell or "" for cell in row) for row in load_workbook(path)["Numbers"].iter_rows(values_only=True)]


def test_every_row_that_was_sent_says_what_became_of_it(desk: Desk, sent: Path, tmp_path: Path) -> None:
    job = run(desk, sent)

    found = rows(write_results(desk, job.id, tmp_path / "results.xlsx"))

    assert found == [
        ("Name", "Number", "Outcome", "What happened", "How to fix"),
        ("a", 2, "Done", "Taken.", ""),
        ("b", 3, "For a person", "The number is odd.", "Write an even one, and choose Resubmit."),
        ("c", "none", "Rejected", "Number is not a number.", "Correct the cell and choose Resubmit."),
        (
            "a",
            4,
            "Duplicate",
            "Another row that was sent with it, or an earlier job, has this case already.",
            "If this row says something else, send it again when the other is done.",
        ),
    ]


@pytest.mark.parametrize(
    ("how", "why", "word", "said"),
    [
        (Taken.BY_HAND, "by telephone", "Done by hand", "A. Clerk did this by hand on 23/11/2026 at 09:00."),
        (Taken.LEFT_OUT, "not ours", "Left out", "A. Clerk left this out on 23/11/2026 at 09:00: not ours."),
        (Taken.LEFT_OUT, "", "Left out", "A. Clerk left this out on 23/11/2026 at 09:00."),
        (None, "not wanted", "Stopped", "A. Clerk took this from the robot on 23/11/2026 at 09:00."),
    ],
)
def test_a_row_that_a_person_took_says_who_did_what_with_it_and_when(
    desk: Desk, sent: Path, tmp_path: Path, how: Taken | None, why: str, word: str, said: str
) -> None:
    job = run(desk, sent)
    (failed,) = desk.views.items(job.id, states=[ItemState.FAILED])
    desk.queue.cancel([failed.id], by=CLERK, why=why, how=how)

    found = rows(write_results(desk, job.id, tmp_path / "results.xlsx"))

    assert found[2] == ("b", 3, word, said, "")


def test_a_row_that_went_back_to_the_robot_is_not_done_by_hand_any_more(desk: Desk, sent: Path, tmp_path: Path) -> None:
    job = run(desk, sent)
    (failed,) = desk.views.items(job.id, states=[ItemState.FAILED])
    desk.queue.cancel([failed.id], by=CLERK, why="", how=Taken.BY_HAND)

    desk.queue.retry([failed.id], by=CLERK, why="was wrong")

    assert rows(write_results(desk, job.id, tmp_path / "results.xlsx"))[2][2:] == ("Waiting", "Not finished yet.", "")
    assert desk.views.totals(job.id).by_hand == 0


def test_dry_run_says_of_no_row_that_it_is_done(desk: Desk, sent: Path, tmp_path: Path) -> None:
    job = run(desk, sent, dry_run=True)

    found = rows(write_results(desk, job.id, tmp_path / "results.xlsx"))

    assert found[1] == ("a", 2, "Planned", "Nothing was written. It would end as: Taken.", "")
    assert [row[2] for row in found[2:]] == ["For a person", "Rejected", "Duplicate"]


def test_the_sent_file_may_be_gone_since_its_copy_was_kept(desk: Desk, sent: Path, tmp_path: Path) -> None:
    job = run(desk, sent)
    sent.unlink()

    assert len(rows(write_results(desk, job.id, tmp_path / "results.xlsx"))) == 5


def test_a_corrected_row_that_comes_back_runs_alone_as_the_same_item(desk: Desk, sent: Path, tmp_path: Path) -> None:
    first = run(desk, sent)
    (failed,) = desk.views.items(first.id, states=[ItemState.FAILED])
    book = load_workbook(write_results(desk, first.id, tmp_path / "results.xlsx"))
    book["Numbers"]["B3"], book["Numbers"]["C3"] = 8, "Resubmit"
    book.save(tmp_path / "back.xlsx")

    second = run(desk, tmp_path / "back.xlsx")

    assert [(item.id, item.outcome) for item in desk.views.items(second.id)] == [(failed.id, "taken")]
    totals = desk.views.totals(second.id)
    assert (totals.rows_in, totals.completed, totals.left_out) == (4, 1, 3)


def test_the_name_of_the_results_must_end_as_the_file_that_was_sent(desk: Desk, sent: Path, tmp_path: Path) -> None:
    job = run(desk, sent)

    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_results(desk, job.id, tmp_path / "results.csv")


def test_row_that_comes_back_with_another_key_leaves_the_earlier_one_to_a_person(
    desk: Desk, sent: Path, tmp_path: Path
) -> None:
    first = run(desk, sent)
    (failed,) = desk.views.items(first.id, states=[ItemState.FAILED])
    book = load_workbook(write_results(desk, first.id, tmp_path / "results.xlsx"))
    book["Numbers"]["A3"], book["Numbers"]["B3"], book["Numbers"]["C3"] = "other", 8, "Resubmit"
    book.save(tmp_path / "back.xlsx")

    made = desk.submit("check_numbers", [str(tmp_path / "back.xlsx")], by=CLERK)

    assert made.earlier == [EarlierRow(RowRef("sheet", "Numbers", 3), failed.id)]
    assert desk.views.item(failed.id).state is ItemState.FAILED


def test_row_that_comes_back_with_its_key_leaves_nothing(desk: Desk, sent: Path, tmp_path: Path) -> None:
    first = run(desk, sent)
    book = load_workbook(write_results(desk, first.id, tmp_path / "results.xlsx"))
    book["Numbers"]["B3"], book["Numbers"]["C3"] = 8, "Resubmit"
    book.save(tmp_path / "back.xlsx")

    made = desk.submit("check_numbers", [str(tmp_path / "back.xlsx")], by=CLERK)

    assert made.earlier == []


def test_row_that_another_job_has_in_hand_says_which(desk: Desk, sent: Path, tmp_path: Path) -> None:
    first = desk.submit("check_numbers", [str(sent)], by=CLERK).job

    second = desk.submit("check_numbers", [str(sent)], by=CLERK, again=True).job

    found = rows(write_results(desk, second.id, tmp_path / "results.xlsx"))
    assert found[1][2:4] == ("Duplicate", f"Job {first.id} had this case already, and was not finished.")
