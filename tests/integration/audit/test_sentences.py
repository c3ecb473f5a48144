"""The log tells of a move when it is committed, and only then."""

from collections.abc import Iterator

import pytest
from loguru import logger

from rpa.audit import Event
from rpa.audit.sentences import SENTENCES, sentence
from rpa.db.afterwards import afterwards
from rpa.models import Ending, NewItem, RowRef, Submission
from rpa.states import ItemState
from tests.integration.conftest import PERSON, Bench

Lines = list[tuple[str, dict[str, object]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the log was told: each message, and what was bound to it."""
    told: Lines = []
    logger.configure(extra={})  # a command that ran in this process before has bound its worker
    number = logger.add(lambda line: told.append((line.record["message"], dict(line.record["extra"]))), level="INFO")
    yield told
    logger.remove(number)


def test_each_move_is_told_once_with_its_numbers_bound(bench: Bench, lines: Lines) -> None:
    bench.submit("a")
    bench.finish(bench.claim())

    assert [message for message, _ in lines] == [
        "submitted for tidy_up, rows: 1", "started", "completed: done",
        "completed: 1 done, 0 failed, 0 cancelled, 0 rejected",
    ]  # fmt: skip
    assert lines[1][1] == {"job": 1, "item": 1, "attempt": 1, "event": "item.claimed"}


def test_move_that_is_rolled_back_is_not_told(bench: Bench, lines: Lines) -> None:
    def fail(_connection: object, _job_id: int) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        bench.queue.submit(Submission("tidy_up", "1", PERSON, []), also=fail)

    assert lines == []
    bench.submit("a")
    assert len(lines) == 1


def test_rows_settled_as_they_came_in_are_counted_by_their_jobs_lines_alone(bench: Bench, lines: Lines) -> None:
    settled = Ending(ItemState.COMPLETED, outcome="nothing to do")
    bench.submit_items([NewItem(str(row), {}, [RowRef("sheet", "S", row)], settled) for row in range(2, 12)])

    assert [bound["event"] for _, bound in lines] == ["job.submitted", "job.completed"]


def test_nothing_is_put_off_past_its_transaction(bench: Bench) -> None:
    done: list[str] = []
    with pytest.raises(ValueError, match="no"), bench.database.transaction() as connection:
        afterwards(connection, lambda: done.append("taken back"))
        raise ValueError("no")
    with bench.database.transaction() as connection:
        afterwards(connection, lambda: done.append("committed"))
        assert done == []

    assert done == ["committed"]


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence_without_any_fact_is_still_one(name: str) -> None:
    said = sentence(name, {})

    assert said and "{" not in said and not said.endswith((" ", ":", ","))


def test_words_of_a_person_are_in_no_sentence(bench: Bench, lines: Lines) -> None:
    names = [name for name in SENTENCES if name != "item.deferred"]
    with bench.database.transaction() as connection:
        for name in names:
            event = Event(
                name, PERSON, facts={"why": "Mrs Quantock rang", "said": "Quantock"}, payload={"x": "Quantock"}
            )
            bench.journals.record.append(connection, "job-1", event)

    assert len(lines) == len(names)
    assert "Quantock" not in str(lines) and PERSON.name not in str(lines)
