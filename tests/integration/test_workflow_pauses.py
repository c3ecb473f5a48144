"""The switch of each workflow, on each database: its items wait and lose no attempt, and those of others go on."""

import pytest

from rpa.audit import Record, Trail
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind, NewItem, RowRef, Submission
from rpa.turns import Turns
from rpa.workflow_pauses import WorkflowPauses
from tests.integration.conftest import LEASE, PERSON, Bench

OTHER = Actor(ActorKind.PERSON, "B. Clerk")


@pytest.fixture
def pauses(bench: Bench) -> WorkflowPauses:
    return WorkflowPauses(bench.database, Record(Origin("host", "worker", "0"), bench.clock), bench.clock.now)


def test_a_workflow_is_paused_and_resumed_and_the_record_says_by_whom(bench: Bench, pauses: WorkflowPauses) -> None:
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")
    paused = pauses.of("tidy_up")
    pauses.end("tidy_up", by=OTHER, why="the robot was mended")

    assert paused is not None
    assert (paused.paused_by, paused.why) == (PERSON.name, "the screen has changed")
    assert pauses.all() == {}
    told = Trail(bench.database).of_run(SYSTEM_RUN, names=["workflow.paused", "workflow.resumed"])
    assert [(one.name, one.actor.name, one.facts["workflow"], one.why) for one in told] == [
        ("workflow.paused", PERSON.name, "tidy_up", "the screen has changed"),
        ("workflow.resumed", OTHER.name, "tidy_up", "the robot was mended"),
    ]


def test_items_of_a_paused_workflow_wait_without_using_attempts(bench: Bench, pauses: WorkflowPauses) -> None:
    bench.submit("a")
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")
    waited = [bench.nothing_due() for _ in range(3)]
    pauses.end("tidy_up", by=PERSON, why="the robot was mended")

    claim = bench.claim()

    assert waited == [True] * 3
    assert claim.attempt == 1


def test_an_attempt_under_way_is_done_when_its_workflow_is_paused(bench: Bench, pauses: WorkflowPauses) -> None:
    bench.submit("a", "b")
    claim = bench.claim()
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")

    bench.finish(claim)

    assert bench.nothing_due()


def test_other_workflows_go_on_while_one_is_paused(bench: Bench, pauses: WorkflowPauses) -> None:
    bench.submit("a")
    bench.queue.submit(Submission("another", "1", PERSON, [NewItem("b", {}, [RowRef("sheet", "Sheet1", 2)])]))
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")

    claim = bench.queue.claim("w1", ["tidy_up", "another"], lease=LEASE)
    nothing = bench.queue.claim("w2", ["tidy_up", "another"], lease=LEASE)

    assert claim is not None
    assert (claim.workflow, claim.key) == ("another", "b")
    assert nothing is None


def test_a_paused_workflow_is_held_up(bench: Bench, pauses: WorkflowPauses) -> None:
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")

    with bench.database.reading() as connection:
        usable = Turns(bench.clock).not_held_up(connection, ["tidy_up", "another"])

    assert usable == ["another"]


def test_a_workflow_that_is_paused_already_says_by_whom(pauses: WorkflowPauses) -> None:
    pauses.begin("tidy_up", by=PERSON, why="the screen has changed")

    with pytest.raises(UsageError, match=r"workflow tidy_up is paused by A\. Clerk: the screen has changed"):
        pauses.begin("tidy_up", by=OTHER, why="again")


def test_only_a_paused_workflow_is_resumed(bench: Bench, pauses: WorkflowPauses) -> None:
    with pytest.raises(UsageError, match="workflow tidy_up is not paused"):
        pauses.end("tidy_up", by=PERSON, why="a slip")

    assert Trail(bench.database).of_run(SYSTEM_RUN, names=["workflow.resumed"]) == []
