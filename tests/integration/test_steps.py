"""What is kept of a step when the process dies, on both databases."""

import pytest
from pydantic import TypeAdapter

from rpa.audit import Trail
from rpa.journal import WORTH_A_COMMIT
from rpa.models import Claim, Ending, KeptStep
from rpa.models import Write as WriteToSystem
from rpa.states import EffectState, Failure, ItemState
from rpa.steps import StepKeeper
from tests.integration.conftest import PERSON, Bench

NUMBER = TypeAdapter(int)


class Counting:
    """A step that takes its time and says how often it was called."""

    def __init__(self, bench: Bench, seconds: float) -> None:
        self.calls = 0
        self._bench = bench
        self._seconds = seconds

    def __call__(self) -> int:
        self.calls += 1
        self._bench.clock.pass_by(seconds=self._seconds)
        return self.calls


def run(bench: Bench, claim: Claim, step: Counting) -> int:
    return StepKeeper(bench.journal(claim), first_attempt=not claim.follows).run("look", step, NUMBER)


def after_a_crash(bench: Bench) -> Claim:
    bench.queue.rescue(dead_workers=["w1"])
    return bench.claim()


def test_a_long_step_is_durable_at_once(bench: Bench) -> None:
    bench.submit("a")
    step = Counting(bench, 2 * WORTH_A_COMMIT)
    run(bench, bench.claim(), step)

    found = run(bench, after_a_crash(bench), step)

    assert (found, step.calls) == (1, 1)


def test_a_short_step_that_no_commit_followed_is_done_again(bench: Bench) -> None:
    bench.submit("a")
    step = Counting(bench, 0.0)
    run(bench, bench.claim(), step)

    found = run(bench, after_a_crash(bench), step)

    assert (found, step.calls) == (2, 2)


def test_a_short_step_is_durable_with_the_write_that_follows_it(bench: Bench) -> None:
    bench.submit("a")
    claim, step = bench.claim(), Counting(bench, 0.0)
    journal = bench.journal(claim)
    StepKeeper(journal, first_attempt=True).run("look", step, NUMBER)
    journal.note(WriteToSystem("change", "phone", {"x": 1}, {"x": 1}), EffectState.ALREADY)

    found = run(bench, after_a_crash(bench), step)

    assert (found, step.calls) == (1, 1)
    assert journal.waiting == ()


def test_a_retry_by_a_person_does_every_step_anew(bench: Bench) -> None:
    bench.submit("a")
    claim, step = bench.claim(), Counting(bench, 2 * WORTH_A_COMMIT)
    run(bench, claim, step)
    bench.queue.rescue(dead_workers=["w1"])
    bench.queue.cancel([claim.item_id], by=PERSON, why="sent by mistake")
    bench.queue.retry([claim.item_id], by=PERSON, why="needed after all")

    run(bench, bench.claim(), step)

    assert step.calls == 2


@pytest.mark.parametrize("for_report", [True, False])
def test_a_step_of_an_item_that_is_done_is_kept_only_for_its_report(bench: Bench, for_report: bool) -> None:
    job_id = bench.submit("a")
    claim, step = bench.claim(), Counting(bench, 0.0)
    journal = bench.journal(claim)
    StepKeeper(journal, first_attempt=True).run("look", step, NUMBER, for_report=for_report)

    bench.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="done", steps=journal.waiting), by=PERSON)

    told = Trail(bench.database).of_run(f"job-{job_id}", names=("step.completed",))
    assert dict(bench.views.kept_steps(job_id)) == ({claim.item_id: {"look": 1}} if for_report else {})
    assert [one.facts["step"] for one in told] == ["look"]


def test_a_report_is_handed_what_the_last_round_found(bench: Bench) -> None:
    job_id = bench.submit("a")
    for found in (1, 2):
        claim = bench.claim()
        kept = (KeptStep("look", 1, {"result": found}, 0.0, for_report=True),)
        ending = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="X", steps=kept)
        bench.queue.finish(claim, ending, by=PERSON)
        if found == 1:
            bench.queue.retry([claim.item_id], by=PERSON, why="Looked at it.")

    assert bench.views.kept_steps(job_id) == {claim.item_id: {"look": 2}}
