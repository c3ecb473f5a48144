"""Duties are called every few seconds in one thread, whatever becomes of one of them."""

import threading
from collections.abc import Callable

from loguru import logger

from rpa.clock import SystemClock
from rpa.duties import Duties, Duty
from tests.conftest import HandClock


class Counted:
    """Something to do, that may fail."""

    def __init__(self, *, fails: int = 0) -> None:
        self.calls = 0
        self.fails = fails
        self.threads = set[int]()
        self.seen = threading.Condition()

    def __call__(self) -> None:
        with self.seen:
            self.calls += 1
            self.threads.add(threading.get_ident())
            self.seen.notify_all()
        if self.calls <= self.fails:
            raise ValueError("Mrs Invented-Name, 943 476 5919")

    def reached(self, calls: int) -> bool:
        with self.seen:
            return self.seen.wait_for(lambda: self.calls >= calls, 30)


def test_each_duty_is_done_when_it_is_due(clock: HandClock) -> None:
    often, seldom = Counted(), Counted()
    duties = Duties([Duty("often", 2, often), Duty("seldom", 30, seldom)], clock)

    for _ in range(60):
        duties.do_due()
        clock.pass_by(seconds=1)

    assert (often.calls, seldom.calls) == (30, 2)


def test_failing_duty_is_left_alone_longer_and_longer_and_keeps_nobody_up(clock: HandClock) -> None:
    failing, other = Counted(fails=100), Counted()
    duties = Duties([Duty("failing", 2, failing), Duty("other", 2, other)], clock)

    for _ in range(300):
        duties.do_due()
        clock.pass_by(seconds=1)

    # After 4, 8, 16 and 32 seconds, and then every minute.
    assert (failing.calls, other.calls) == (8, 150)


def test_duty_that_works_again_is_done_as_often_as_before(clock: HandClock) -> None:
    duty = Counted(fails=3)
    duties = Duties([Duty("duty", 2, duty)], clock)

    for _ in range(60):
        duties.do_due()
        clock.pass_by(seconds=1)

    assert duty.calls == 3 + (60 - 28) // 2


def test_only_the_type_of_an_error_is_logged(clock: HandClock) -> None:
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), format="{message}")

    Duties([Duty("inbox", 2, Counted(fails=1))], clock).do_due()

    logger.remove(sink)
    assert lines == ["duty inbox failed: ValueError; again in 4 s\n"]


def test_duties_are_done_in_one_thread_of_their_own_until_stopped() -> None:
    first, second, ended = Counted(), Counted(fails=2), Counted()

    with Duties([Duty("first", 0.01, first), Duty("second", 0.01, second)], SystemClock(), at_end=ended):
        assert first.reached(5)
        assert second.reached(5)
    calls = first.calls

    assert first.threads == second.threads == ended.threads != {threading.get_ident()}
    assert (ended.calls, calls) == (1, first.calls)


def test_stop_does_not_wait_for_the_next_due_time() -> None:
    duty = Counted()
    duties = Duties([Duty("duty", 3600, duty)], SystemClock())
    duties.start()
    assert duty.reached(1)

    duties.stop()

    assert "duties" not in [thread.name for thread in threading.enumerate()]


def test_duties_that_never_began_can_be_stopped(clock: HandClock) -> None:
    Duties([], clock).stop()


class Bringing:
    """Something that brings work: it says how often it knows of more, and what it asks meanwhile."""

    def __init__(self, *, more: int = 0, meanwhile: Callable[[], object] = bool) -> None:
        self.calls = 0
        self._more = more
        self._meanwhile = meanwhile

    def __call__(self) -> bool:
        self.calls += 1
        self._meanwhile()
        return self.calls <= self._more


def test_duties_are_at_rest_once_each_that_brings_work_was_asked_and_has_no_more(clock: HandClock) -> None:
    folder, other = Bringing(more=2), Counted()
    duties = Duties([Duty("folder", 2, folder, brings_work=True), Duty("other", 2, other)], clock)
    rests = [duties.come_to_rest()]

    for _ in range(3):
        duties.do_due()
        rests.append(duties.come_to_rest())
        clock.pass_by(seconds=2)

    assert (rests, folder.calls) == ([False, False, False, True], 3)


def test_none_that_brings_work_begins_at_rest_until_work_goes_on(clock: HandClock) -> None:
    folder, other = Bringing(), Counted()
    duties = Duties([Duty("folder", 2, folder, brings_work=True), Duty("other", 2, other)], clock)
    duties.do_due()
    assert duties.come_to_rest()

    for _ in range(3):
        clock.pass_by(seconds=2)
        duties.do_due()
    at_rest = folder.calls, other.calls
    duties.go_on()

    # What ended the work may be what it waits for: it must look once more, and does at once.
    assert at_rest == (1, 4)
    assert not duties.come_to_rest()
    duties.do_due()
    assert (folder.calls, duties.come_to_rest()) == (2, True)


def test_duty_in_hand_does_not_rest_and_one_begun_before_work_went_on_is_done_again(clock: HandClock) -> None:
    asked: list[bool] = []

    def ask_and_go_on() -> None:
        asked.append(duties.come_to_rest())
        duties.go_on()

    duties = Duties([Duty("folder", 2, Bringing(meanwhile=ask_and_go_on), brings_work=True)], clock)

    duties.do_due()
    first = duties.come_to_rest()

    assert (asked, first) == ([False], False)


def test_duty_that_fails_has_nothing_to_bring_for_now(clock: HandClock) -> None:
    duties = Duties([Duty("mailbox", 2, Counted(fails=9), brings_work=True)], clock)

    duties.do_due()

    assert duties.come_to_rest()
