"""How long a job will still take, and what else there is to do."""

from datetime import timedelta

from rpa.pace import LEAST, beside, time_left
from tests.integration.conftest import Bench


def done(bench: Bench, job: int, rows: int, *, seconds: float) -> timedelta | None:
    """Do so many rows, each in so many seconds, and return what is said of the others."""
    for _ in range(rows):
        claim = bench.claim()
        bench.clock.pass_by(seconds=seconds)
        bench.finish(claim)
    return time_left(bench.database, f"job-{job}", bench.views.totals(job), now=bench.clock.now())


def test_nothing_is_said_before_enough_rows_were_done(bench: Bench) -> None:
    job = bench.submit(*(f"key-{number}" for number in range(30)))

    assert done(bench, job, LEAST - 1, seconds=6) is None
    left = done(bench, job, 1, seconds=6)
    assert left is not None
    assert abs(left - timedelta(minutes=1)) < timedelta(seconds=1)


def test_the_last_rows_tell_the_pace(bench: Bench) -> None:
    job = bench.submit(*(f"key-{number}" for number in range(330)))
    done(bench, job, 120, seconds=60)

    left = done(bench, job, 180, seconds=2)

    assert left is not None
    assert timedelta(seconds=55) < left < timedelta(seconds=65)


def test_nothing_is_said_when_nothing_was_done_for_long_or_all_is_done(bench: Bench) -> None:
    job = bench.submit(*(f"key-{number}" for number in range(21)))
    done(bench, job, 20, seconds=1)
    bench.clock.pass_by(seconds=301)

    assert time_left(bench.database, f"job-{job}", bench.views.totals(job), now=bench.clock.now()) is None
    assert done(bench, job, 1, seconds=1) is None


def test_other_jobs_that_have_rows_to_do_are_counted(bench: Bench) -> None:
    first = bench.submit("a", "b")
    bench.submit("c", "d", "e")
    bench.submit()

    assert beside(bench.database, first) == (1, 3)
