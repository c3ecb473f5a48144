"""Checks of the record that are kept: one at a time, with their progress, and the last thirty of them."""

import threading
from datetime import timedelta

import pytest

from rpa.answers.kept_checks import MOST, SILENT_AFTER, KeptChecks, Result
from rpa.db import Database
from tests.conftest import HandClock


@pytest.fixture
def checks(database: Database, clock: HandClock) -> KeptChecks:
    return KeptChecks(database, clock)


def made(checks: KeptChecks, *results: Result) -> None:
    for one in results:
        number, _ = checks.begin("Audrey Auditor", entries=10)
        checks.end(number, one, [f"It is {one}."], looked_at=10)


def test_a_check_says_how_far_it_is_and_what_it_found(checks: KeptChecks, clock: HandClock) -> None:
    number, is_new = checks.begin("Audrey Auditor", entries=400)
    checks.reached(number, 100)
    checks.reached(number, 101)  # nobody reads so often
    (running,) = checks.last()
    clock.pass_by(seconds=5)
    checks.reached(number, 200)
    (further,) = checks.last()
    checks.end(number, Result.WHOLE, ["The record is whole."], looked_at=404)

    (ended,) = checks.last()
    assert is_new
    assert (running.looked_at, running.is_running, further.looked_at) == (100, True, 200)
    assert (ended.looked_at, ended.entries, ended.result, ended.said) == (404, 404, "whole", ["The record is whole."])
    assert checks.newest() == ended


def test_two_who_ask_at_once_get_the_same_check(checks: KeptChecks, database: Database) -> None:
    begun = []

    def begin() -> None:
        begun.append(checks.begin("Audrey Auditor", entries=1))
        database.close_thread()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len({number for number, _ in begun}) == 1
    assert sorted(is_new for _, is_new in begun) == [False, False, False, True]


def test_a_check_that_fell_silent_has_failed_and_holds_up_no_other(checks: KeptChecks, clock: HandClock) -> None:
    first, _ = checks.begin("Audrey Auditor", entries=1)
    clock.pass_by(seconds=(SILENT_AFTER + timedelta(seconds=1)).total_seconds())
    seen = checks.last()[0].result

    second, is_new = checks.begin("Audrey Auditor", entries=1)

    assert seen is Result.FAILED
    assert (is_new, second > first) == (True, True)
    assert [one.result for one in checks.last()] == [None, Result.FAILED]


def test_an_answer_is_not_written_over(checks: KeptChecks) -> None:
    number, _ = checks.begin("Audrey Auditor", entries=1)
    checks.end(number, Result.BROKEN, ["Entry 1 was altered."])

    checks.end(number, Result.FAILED, ["It came to no end."])

    assert checks.last()[0].result is Result.BROKEN


def test_the_last_thirty_are_kept(checks: KeptChecks) -> None:
    made(checks, *[Result.WHOLE] * (MOST + 5))

    kept = checks.last(100)

    assert len(kept) == MOST
    assert [one.id for one in kept] == sorted((one.id for one in kept), reverse=True)


def test_it_is_known_since_when_the_record_is_broken(checks: KeptChecks) -> None:
    assert checks.broken_since() is None
    made(checks, Result.BROKEN, Result.WHOLE, Result.BROKEN, Result.FAILED, Result.BROKEN)
    ends = [one.ended_at for one in checks.last()]

    assert checks.broken_since() == ends[2]
    made(checks, Result.UNPROVED)
    assert checks.broken_since() is None
    newest = checks.newest()
    assert newest is not None
    assert newest.result is Result.UNPROVED
