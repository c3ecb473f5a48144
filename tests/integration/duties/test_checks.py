"""Silent workers, jobs that will be late and a broken record raise an alarm, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from rpa.alarms import Alarm, AlarmKind, latest_alarms
from rpa.db.tables import chain, event, job, worker
from rpa.duties import Checks
from rpa.models import NewItem, RowRef, Submission, Timing
from rpa.settings import load_settings
from tests.integration.conftest import PERSON, Bench


def checks(bench: Bench) -> Checks:
    return Checks(bench.database, load_settings(Path("nowhere")), bench.clock)


def alarms(bench: Bench, kind: AlarmKind) -> Sequence[Alarm]:
    with bench.database.reading() as connection:
        return [one for one in latest_alarms(connection)[::-1] if one.kind == kind]


def watch(bench: Bench, *, minutes: float, every: float = 1) -> None:
    """Let two workers check for so long."""
    both = [checks(bench), checks(bench)]
    for _ in range(int(minutes / every)):
        bench.clock.pass_by(minutes=every)
        for one in both:
            one.tick()


class Crew:
    """Rows of workers, as they would write them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def starts(self, name: str, host: str = "pc-1", **more: object) -> None:
        now = self.bench.clock.now()
        row = {"id": name, "host": host, "pid": 4, "process_made_at": "1", "started_at": now, "seen_at": now}
        with self.bench.database.transaction() as connection:
            connection.execute(insert(worker).values(**row | more))

    def says(self, name: str, **values: object) -> None:
        with self.bench.database.transaction() as connection:
            connection.execute(update(worker).where(worker.c.id == name).values(**values))

    @property
    def silent(self) -> list[str]:
        return [one.subject for one in alarms(self.bench, AlarmKind.WORKER_SILENT)]


@pytest.fixture
def crew(bench: Bench) -> Crew:
    return Crew(bench)


def test_silent_worker_raises_one_alarm_for_its_silence(bench: Bench, crew: Crew) -> None:
    crew.starts("w1")

    watch(bench, minutes=4)
    early = crew.silent
    watch(bench, minutes=30)

    assert (early, crew.silent) == ([], ["w1"])
    (one,) = alarms(bench, AlarmKind.WORKER_SILENT)
    assert one.count == 1
    assert "worker on pc-1 (process 4) gave no sign of life since 09:00 on 23 November 2026" in one.text


def test_second_silence_of_a_worker_is_another_alarm(bench: Bench, crew: Crew) -> None:
    crew.starts("w1")
    watch(bench, minutes=10)

    crew.says("w1", seen_at=bench.clock.now())
    watch(bench, minutes=10)

    assert [one.count for one in alarms(bench, AlarmKind.WORKER_SILENT)] == [2]


def test_worker_that_ended_or_is_seen_or_is_a_slot_is_not_silent(bench: Bench, crew: Crew) -> None:
    crew.starts("ended", ended_at=bench.clock.now())
    crew.starts("slot", parent="w1", slot=1)
    crew.starts("seen")

    for _ in range(10):
        crew.says("seen", seen_at=bench.clock.now())
        watch(bench, minutes=1)

    assert crew.silent == []


def test_worker_that_others_took_for_lost_is_told_of(bench: Bench, crew: Crew) -> None:
    crew.starts("gone")
    crew.starts("other", host="pc-2")
    watch(bench, minutes=2)
    crew.says("gone", ended_at=bench.clock.now())

    for _ in range(10):
        crew.says("other", seen_at=bench.clock.now())
        watch(bench, minutes=1)

    assert crew.silent == ["gone"]


def test_lost_worker_whose_machine_has_another_is_not_told_of(bench: Bench, crew: Crew) -> None:
    crew.starts("gone")
    watch(bench, minutes=2)
    crew.starts("fresh")
    crew.says("gone", ended_at=bench.clock.now())

    for _ in range(10):
        crew.says("fresh", seen_at=bench.clock.now())
        watch(bench, minutes=1)

    assert crew.silent == []


def submit(bench: Bench, items: int, *, hours: float) -> int:
    """Submit a job that is to be done in so many hours."""
    made = [NewItem(str(number), {}, [RowRef("sheet", "Sheet1", number)]) for number in range(items)]
    submission = Submission("tidy_up", "1", PERSON, made)
    return bench.queue.submit(replace(submission, timing=Timing(deadline=bench.clock.now() + timedelta(hours=hours))))


def work(bench: Bench, *, minutes: int, every: int) -> None:
    """Finish an item every few minutes, while the checks go on."""
    for minute in range(minutes):
        if minute % every == 0:
            bench.finish(bench.claim())
        watch(bench, minutes=1)


def test_job_that_is_too_slow_is_told_of_once_before_and_once_after_its_deadline(bench: Bench) -> None:
    number = submit(bench, 20, hours=1)

    work(bench, minutes=30, every=6)
    before = list(alarms(bench, AlarmKind.DEADLINE_AT_RISK))
    watch(bench, minutes=60)

    assert [(one.subject, one.count) for one in before] == [(str(number), 1)]
    assert f"Job {number} will not be done by 10:00 on 23 November 2026 at its present pace" in before[0].text
    after = alarms(bench, AlarmKind.DEADLINE_AT_RISK)
    assert [one.count for one in after] == [2]
    assert "had to be done by 10:00" in after[0].text


def test_job_that_will_be_done_in_time_is_not_told_of(bench: Bench) -> None:
    submit(bench, 20, hours=1)

    work(bench, minutes=40, every=2)

    assert not alarms(bench, AlarmKind.DEADLINE_AT_RISK)


def test_job_that_stands_still_is_told_of_an_hour_before_its_deadline(bench: Bench) -> None:
    submit(bench, 20, hours=9)

    watch(bench, minutes=7 * 60 + 50, every=10)
    early = list(alarms(bench, AlarmKind.DEADLINE_AT_RISK))
    watch(bench, minutes=20)

    assert (early, len(alarms(bench, AlarmKind.DEADLINE_AT_RISK))) == ([], 1)


def test_job_that_is_done_is_not_told_of_after_its_deadline(bench: Bench) -> None:
    submit(bench, 1, hours=1)
    bench.finish(bench.claim())

    watch(bench, minutes=120, every=10)

    assert not alarms(bench, AlarmKind.DEADLINE_AT_RISK)


def finished_job(bench: Bench, *keys: str) -> str:
    number = bench.submit(*keys)
    for _ in keys:
        bench.finish(bench.claim())
    return f"job-{number}"


def test_record_of_a_completed_job_that_was_changed_is_found_within_minutes(bench: Bench) -> None:
    watch(bench, minutes=10)
    sound, broken = finished_job(bench, "1", "2"), finished_job(bench, "3")

    with bench.database.transaction() as connection:
        connection.execute(update(event).where(event.c.run == broken, event.c.seq == 2).values(name="item.fine"))
    watch(bench, minutes=6)

    (one,) = alarms(bench, AlarmKind.RECORD_BROKEN)
    assert one.subject == broken != sound
    shown = broken.replace("-", " ")
    assert f"The record does not verify: Entry 2 of {shown} is filed under something else" in one.text


def test_record_that_is_changed_later_is_found_within_a_day(bench: Bench) -> None:
    run = finished_job(bench, "1")
    watch(bench, minutes=24 * 60, every=30)
    assert not alarms(bench, AlarmKind.RECORD_BROKEN)

    with bench.database.transaction() as connection:
        connection.execute(delete(event).where(event.c.run == run, event.c.seq == 3))
    watch(bench, minutes=24 * 60, every=30)

    assert [(one.subject, one.count) for one in alarms(bench, AlarmKind.RECORD_BROKEN)] == [(run, 1)]


def test_whole_run_that_is_missing_is_found_within_a_day(bench: Bench) -> None:
    watch(bench, minutes=60, every=30)
    run = finished_job(bench, "1")
    watch(bench, minutes=60, every=30)

    with bench.database.transaction() as connection:
        connection.execute(delete(event).where(event.c.run == run))
        connection.execute(delete(chain).where(chain.c.run == run))
    watch(bench, minutes=24 * 60 + 30, every=30)

    (one,) = alarms(bench, AlarmKind.RECORD_BROKEN)
    assert one.subject == run
    assert "the job is there, its run is not" in one.text


def test_sound_record_is_looked_at_whole_and_raises_nothing(bench: Bench) -> None:
    for number in range(5):
        finished_job(bench, str(number))

    watch(bench, minutes=3 * 24 * 60, every=30)

    assert not alarms(bench, AlarmKind.RECORD_BROKEN)


def test_open_job_without_a_deadline_is_left_alone(bench: Bench) -> None:
    number = bench.submit("1")

    watch(bench, minutes=60, every=10)

    with bench.database.reading() as connection:
        assert connection.execute(job.select().where(job.c.id == number)).one().deadline is None
        assert not latest_alarms(connection)
