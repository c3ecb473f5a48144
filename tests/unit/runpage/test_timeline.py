"""The timeline tells what matters once, whatever the number of events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rpa.audit import Entry
from rpa.models import Actor, ActorKind
from rpa.runpage.timeline import timeline

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def entry(seq: int, name: str, *, by: str = "tidy", item_id: int | None = None, **facts: Any) -> Entry:
    actor = Actor(ActorKind.PERSON, by)
    at = START + timedelta(seconds=seq)
    return Entry("job-1", seq, name, at, actor, item_id, 1, None, facts, None, "00" * 32)


def test_retries_in_a_row_are_one_line_with_their_reasons() -> None:
    entries = [
        entry(1, "item.retry_planned", item_id=1, code="TIMEOUT", retry_at="2026-11-23T09:01:00+00:00"),
        entry(2, "item.retry_planned", item_id=2, code="HTTP_5XX", retry_at="2026-11-23T09:02:00+00:00"),
        entry(3, "item.retry_planned", item_id=3, code="TIMEOUT", retry_at="2026-11-23T09:03:00+00:00"),
    ]

    (moment,) = timeline(entries, started=None, attempts=3)

    assert moment.said == "3 attempts did not get through; the robot tries again."
    assert moment.detail == "HTTP_5XX 1 time, TIMEOUT 2 times. Last new try from Mon 23 Nov 2026, 09:03:00."


def test_what_two_people_did_is_told_apart() -> None:
    entries = [
        entry(1, "item.retried", by="Jo", item_id=1, why="corrected"),
        entry(2, "item.retried", by="Jo", item_id=2, why="corrected"),
        entry(3, "item.retried", by="Tom", item_id=3, why="corrected"),
    ]

    told = timeline(entries, started=None, attempts=0)

    assert [one.said for one in told] == ["Jo put back 2 items.", "Tom put back 1 item."]


def test_the_start_is_told_in_its_place() -> None:
    entries = [entry(1, "job.submitted", by="Jo", rows_in=2), entry(9, "job.completed")]

    told = timeline(entries, started=entry(3, "item.claimed"), attempts=5)

    assert [one.entry for one in told] == [1, 3, 9]
    assert told[1].said == "The robot started; it has made 5 attempts in all."


def test_a_very_long_story_keeps_its_beginning_and_its_end() -> None:
    entries = [entry(seq, "item.retried", by=f"person {seq}", item_id=seq) for seq in range(1, 501)]

    told = timeline(entries, started=None, attempts=0)

    assert (told[0].entry, told[-1].entry) == (1, 500)
    assert "300 more moments." in [one.said for one in told]
