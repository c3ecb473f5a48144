"""What comes of an attempt, whatever the author's code does, tried on the real queue through the author's test kit."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine

from rpa import BusinessException, Item, Retry, Row, SystemException, column, step, workflow
from rpa.bots import Bot
from rpa.connectors.browser import Session
from rpa.exceptions import NotFoundError
from rpa.models import WorkItem
from rpa.secrets import Credential
from rpa.states import Failure, ItemState
from rpa.testing import HandedBots, rehearse


class Entry(Row):
    name: str = column("Name")


class Ledger(Bot):
    """A bot that keeps its own list; the browser is never used."""

    system_name = "ledger"

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.calls = 0
        self.on_call: Callable[[int], None] = lambda _number: None

    def sign_in(self, session: Session, credential: Credential) -> None:
        raise AssertionError("nothing here signs in")

    def called(self) -> None:
        self.calls += 1
        self.on_call(self.calls)


@step
def look_up(ledger: Ledger) -> int:
    ledger.called()
    return ledger.calls


@workflow(title="Enter a line", key="name", uses=Ledger, retry=Retry(attempts=3, wait="1m"),
          codes={"NOT_WANTED": "Nobody wants this line. Take it out."})  # fmt: skip
def enter_line(item: Item[Entry], ledger: Ledger) -> str:
    """Look something up, then write a line that can be looked up."""
    look_up(ledger)
    if item.row.name == "unwanted":
        raise BusinessException("NOT_WANTED")
    item.effect("line", lambda: ledger.lines.append(item.row.name), done=lambda: item.row.name in ledger.lines)
    ledger.called()
    return "entered"


def run_one(ledger: Ledger, name: str = "a", **options: Any) -> WorkItem:
    (item,) = rehearse(enter_line, [{"name": name}], bots={Ledger: ledger}, **options).items
    return item


def test_an_item_that_goes_well_is_completed_in_the_authors_words() -> None:
    ledger = Ledger()

    item = run_one(ledger)

    assert (item.state, item.outcome, item.attempts) == (ItemState.COMPLETED, "entered", 1)
    assert ledger.lines == ["a"]


def test_a_business_exception_is_not_tried_again() -> None:
    ledger = Ledger()

    item = run_one(ledger, "unwanted")

    assert (item.state, item.failure, item.code) == (ItemState.FAILED, Failure.BUSINESS, "NOT_WANTED")
    assert item.attempts == 1


@pytest.mark.parametrize("fault", [SystemException("no answer", "TIMEOUT"), KeyError("name of a patient")])
def test_a_fault_is_tried_again_and_what_was_done_is_kept(fault: Exception) -> None:
    ledger = Ledger()

    def fail_after_the_write(number: int) -> None:
        if number == 2:
            raise fault

    ledger.on_call = fail_after_the_write

    item = run_one(ledger)

    assert (item.state, item.attempts) == (ItemState.COMPLETED, 2)
    assert ledger.lines == ["a"]


def test_fault_of_a_database_that_the_workflow_asks_itself_is_tried_again_and_ends() -> None:
    ledger = Ledger()

    def ask_elsewhere(_number: int) -> None:
        create_engine("sqlite://").connect().exec_driver_sql("SELECT * FROM theirs")

    ledger.on_call = ask_elsewhere

    item = run_one(ledger)

    assert (item.state, item.code, item.attempts) == (ItemState.FAILED, "UNEXPECTED", 3)


def test_a_kept_step_is_not_repeated_by_the_next_attempt() -> None:
    ledger = Ledger()
    looked_up: list[int] = []

    def fail_after_the_step(number: int) -> None:
        looked_up.append(number)
        if number == 2:
            raise SystemException("no answer", "TIMEOUT")

    ledger.on_call = fail_after_the_step

    run_one(ledger)

    assert looked_up == [1, 2, 3]


def test_a_fault_that_stays_is_failed_after_the_last_attempt() -> None:
    ledger = Ledger()

    def fail(_number: int) -> None:
        raise SystemException("no answer", "TIMEOUT")

    ledger.on_call = fail

    item = run_one(ledger)

    assert (item.state, item.failure, item.code) == (ItemState.FAILED, Failure.SYSTEM, "TIMEOUT")
    assert item.attempts == 3


def test_a_dry_run_ends_completed_and_changes_nothing() -> None:
    ledger = Ledger()

    came = rehearse(enter_line, [{"name": "a"}], bots={Ledger: ledger}, dry_run=True)

    assert ledger.lines == []
    assert [one.state for one in came.effects] == ["planned"]
    assert came.outcomes == {"a": "entered"}


def test_a_workflow_that_returns_no_words_is_told_so() -> None:
    @workflow(title="Say nothing", key="name")
    def say_nothing(item: Item[Entry]) -> str:
        return None  # type: ignore[return-value]

    (item,) = rehearse(say_nothing, [{"name": "a"}]).items

    assert (item.state, item.code) == (ItemState.FAILED, "NOT_SET_UP")


def test_a_rehearsal_says_which_bot_is_missing() -> None:
    came = rehearse(enter_line, [{"name": "a"}])

    assert came.outcomes == {"a": "NOT_SET_UP"}
    assert came.items[0].attempts == 1


def test_the_totals_of_a_rehearsal_balance_and_its_record_verifies() -> None:
    rows = [{"name": name} for name in ("a", "b", "unwanted", "a")]

    came = rehearse(enter_line, rows, bots={Ledger: Ledger()})

    assert came.totals.balance
    assert (came.totals.completed, came.totals.failed, came.totals.duplicate) == (2, 1, 1)
    assert came.record.clean


def test_a_pool_without_the_bot_names_it() -> None:
    with pytest.raises(NotFoundError, match="Ledger"):
        HandedBots({}).get(Ledger)
