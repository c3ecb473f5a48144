"""Rows of large jobs are counted no more often than that is worth it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from rpa.console.counting import Counts
from rpa.models import Job, Totals
from rpa.states import JobState

JOB = Job(
    id=1, workflow="tidy", version="1", state=JobState.OPEN, parent_id=None, applies=None, dry_run=False,
    requested_by="Jo Clerk", priority=3, not_before=None, deadline=None, params={}, inputs=[], rows_in=5_000,
    open_items=5_000, submitted_at=datetime(2026, 11, 26, tzinfo=UTC), completed_at=None,
)  # fmt: skip


@dataclass
class Slow:
    """Counts in half a second, and knows how often it did."""

    now: float = 0.0
    counted: list[int] = field(default_factory=list)

    def totals(self, job_id: int) -> Totals:
        self.now += 0.5
        self.counted.append(job_id)
        return Totals(5_000, completed=len(self.counted))


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def counts(slow: Slow) -> Counts:
    return Counts(slow, clock=lambda: slow.now)  # type: ignore[arg-type]


def test_a_large_job_is_counted_once_for_ten_times_as_long_as_that_takes(counts: Counts, slow: Slow) -> None:
    first = counts.of(JOB)
    slow.now += 4.9
    second = counts.of(JOB)
    slow.now += 0.2
    third = counts.of(JOB)

    assert [one.completed for one in (first, second, third)] == [1, 1, 2]


def test_a_small_job_is_counted_whenever_somebody_looks(counts: Counts) -> None:
    small = replace(JOB, rows_in=4_999)

    assert [counts.of(small).completed for _ in range(2)] == [1, 2]


def test_what_somebody_changed_is_counted_anew(counts: Counts) -> None:
    counts.of(JOB)
    counts.forget(JOB.id)

    assert counts.of(JOB).completed == 2


def test_each_job_is_counted_by_itself(counts: Counts, slow: Slow) -> None:
    counts.of(JOB)
    counts.of(replace(JOB, id=2))

    assert slow.counted == [1, 2]
