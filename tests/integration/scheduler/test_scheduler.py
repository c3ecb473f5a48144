"""Due times become jobs, each once; one that doesn't says why."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from rpa.audit import verify
from rpa.db.tables import job
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor, ActorKind
from rpa.scheduler import make_scheduler
from rpa.scheduler.firings import AlreadyDecided
from rpa.schedules import Due
from tests.integration.scheduler.conftest import CLERK, Installation, ends, whys


def test_due_time_becomes_a_job_in_the_name_of_its_schedule(installation: Installation) -> None:
    scheduler = installation.scheduler()
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    (made,) = installation.jobs
    (told,) = installation.entries("schedule.fired")
    assert (made.workflow, made.requested_by, made.rows_in) == ("tidy", "hourly", 2)
    assert told.actor == Actor(ActorKind.SCHEDULE, "hourly")
    assert told.facts == {"schedule": "hourly", "due": "2026-11-23T10:00:00+00:00", "job": made.id}
    assert ends(scheduler) == ["10:00 fired"]
    assert verify(installation.desks[0].database).clean


def test_job_is_as_urgent_as_the_schedule_says_and_its_deadline_counts_from_its_due_time(
    installation: Installation,
) -> None:
    scheduler = installation.scheduler(priority="high", deadline="2 working hours")
    scheduler.tick()
    installation.go_to("10:20")

    scheduler.tick()

    with installation.desks[0].database.reading() as connection:
        (stored,) = connection.execute(select(job.c.priority, job.c.deadline)).all()
    assert tuple(stored) == (2, datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


def test_new_schedule_does_not_catch_up_what_was_before_it(installation: Installation) -> None:
    scheduler = installation.scheduler(catch_up="all")

    scheduler.tick()

    assert (installation.jobs, ends(scheduler)) == ([], [])


def test_nothing_is_asked_of_the_database_while_nothing_is_due(installation: Installation) -> None:
    scheduler = installation.scheduler()
    scheduler.tick()
    asked: list[str] = []
    engine = installation.desks[0].database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    event.listen(engine, "begin", lambda _: asked.append("begin"))

    for _ in range(50):
        installation.clock.pass_by(minutes=1)
        scheduler.tick()

    assert asked == []


def test_what_one_worker_decided_another_leaves_as_it_is(installation: Installation) -> None:
    workers = [installation.scheduler(overlap="queue") for _ in range(3)]
    for hour, time in enumerate(("09:30", "10:00:01", "11:00:01", "12:00:01"), 1):
        installation.go_to(time)
        installation.office.list(*["good"] * hour)
        for one in workers:
            one.tick()

    assert ends(workers[0]) == ["10:00 fired", "11:00 fired", "12:00 fired"]
    assert installation.job_count == 3


def test_due_time_that_was_decided_leaves_no_job_behind(installation: Installation) -> None:
    firings = installation.scheduler().firings
    desk, due = installation.desks[0], Due(installation.clock.now())
    files = [str(installation.office.list("good"))]
    by = Actor(ActorKind.SCHEDULE, "hourly")
    desk.submit("tidy", files, by=by, also=lambda connection, number: firings.fired(connection, "hourly", due, number))

    with pytest.raises(AlreadyDecided):
        desk.submit("tidy", files, by=by, again=True,
                    also=lambda connection, number: firings.fired(connection, "hourly", due, number))  # fmt: skip

    assert installation.job_count == 1
    assert len(installation.entries("schedule.fired")) == 1


def test_closed_day_says_which(installation: Installation) -> None:
    installation.go_to("2026-12-24 12:00")
    scheduler = installation.scheduler(cron="0 6 * * *", days="working")
    scheduler.tick()
    installation.go_to("2026-12-26 12:00")

    scheduler.tick()

    assert whys(scheduler) == ["Christmas Day", "Boxing Day"]
    assert (installation.jobs, installation.alarms) == ([], [])
    assert [entry.facts["why"] for entry in installation.entries("schedule.skipped")] == ["Christmas Day", "Boxing Day"]


def test_time_that_was_moved_from_a_closed_day_fires_and_says_from_where(installation: Installation) -> None:
    installation.go_to("2026-12-24 12:00")
    scheduler = installation.scheduler(cron="0 6 25 * *", days="working", on_closed="next")
    scheduler.tick()
    installation.go_to("2026-12-29 06:00:01")

    scheduler.tick()

    (told,) = installation.entries("schedule.fired")
    assert (told.facts["due"], told.facts["moved_from"]) == ("2026-12-29T06:00:00+00:00", "2026-12-25T06:00:00+00:00")


def test_paused_schedule_starts_nothing_and_says_who_paused_it(installation: Installation) -> None:
    scheduler = installation.scheduler()
    scheduler.tick()
    scheduler.pause("hourly", by=CLERK, why="upgrade of the PAS")
    installation.go_to("10:00:01")
    scheduler.tick()
    scheduler.resume("hourly", by=CLERK, why="upgrade is done")
    installation.go_to("11:00:01")

    scheduler.tick()

    assert ends(scheduler) == ["10:00 skipped", "11:00 fired"]
    assert whys(scheduler)[0] == "paused by A. Clerk: upgrade of the PAS"
    paused, resumed = installation.entries("schedule.paused"), installation.entries("schedule.resumed")
    assert [(one.actor, one.why) for one in (*paused, *resumed)] == [
        (CLERK, "upgrade of the PAS"),
        (CLERK, "upgrade is done"),
    ]


def test_what_was_due_during_a_pause_stays_undone_also_if_nobody_ran(installation: Installation) -> None:
    installation.scheduler().tick()
    installation.scheduler().pause("hourly", by=CLERK, why="holiday")
    installation.go_to("11:30")
    installation.scheduler().resume("hourly", by=CLERK, why="back")

    worker = installation.scheduler(catch_up="all")
    worker.tick()

    assert ends(worker) == ["10:00 skipped", "11:00 skipped"]
    assert installation.jobs == []


def test_schedule_is_paused_and_resumed_once(installation: Installation) -> None:
    scheduler = installation.scheduler()
    with pytest.raises(UsageError, match="not paused"):
        scheduler.resume("hourly", by=CLERK, why="just so")
    scheduler.pause("hourly", by=CLERK, why="upgrade")

    with pytest.raises(UsageError, match=r"paused by A. Clerk: upgrade"):
        scheduler.pause("hourly", by=CLERK, why="another")
    with pytest.raises(NotFoundError, match="there are: hourly"):
        scheduler.pause("weekly", by=CLERK, why="upgrade")


def test_job_that_is_still_open_keeps_the_next_from_starting(installation: Installation) -> None:
    scheduler = installation.scheduler(again=True)
    for time in ("09:30", "10:00:01", "11:00:01"):
        installation.go_to(time)
        scheduler.tick()
    installation.finish_all()
    installation.go_to("12:00:01")

    scheduler.tick()

    assert ends(scheduler) == ["10:00 fired", "11:00 skipped", "12:00 fired"]
    assert whys(scheduler)[1] == f"still running: job {installation.jobs[0].id}"


def test_job_that_is_still_open_does_not_matter_where_jobs_may_queue(installation: Installation) -> None:
    scheduler = installation.scheduler(again=True, overlap="queue")
    for time in ("09:30", "10:00:01", "11:00:01"):
        installation.go_to(time)
        scheduler.tick()

    assert ends(scheduler) == ["10:00 fired", "11:00 fired"]


def test_open_job_of_another_schedule_does_not_matter(installation: Installation) -> None:
    scheduler, other = installation.scheduler(again=True), installation.scheduler(name="other", again=True)
    for time in ("09:30", "10:00:01"):
        installation.go_to(time)
        scheduler.tick()
        other.tick()

    assert (ends(scheduler), ends(other, "other")) == (["10:00 fired"], ["10:00 fired"])


def test_times_that_passed_while_nobody_ran_are_missed_with_one_alarm(installation: Installation) -> None:
    installation.scheduler(catch_up="none", late="30m").tick()
    installation.go_to("12:45")

    worker = installation.scheduler(catch_up="none", late="30m")
    worker.tick()

    (alarm,) = installation.alarms
    assert ends(worker) == ["10:00 missed", "11:00 missed", "12:00 missed"]
    assert (alarm.kind, alarm.subject, alarm.count) == ("schedule_missed", "hourly", 1)
    assert "started no job at 12:00 on 23 November 2026, nor at 2 times before it" in alarm.text
    (told,) = installation.entries("schedule.missed")
    assert (told.facts["count"], told.facts["due"]) == (3, "2026-11-23T10:00:00+00:00")


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [("none", "missed missed skipped fired"), ("last", "skipped skipped skipped fired"), ("all", "fired " * 4)],
)
def test_times_that_passed_are_caught_up_as_the_schedule_says(
    installation: Installation, catch_up: str, expected: str
) -> None:
    installation.scheduler().tick()
    installation.go_to("13:10")

    worker = installation.scheduler(catch_up=catch_up, overlap="queue", again=True)
    worker.tick()

    assert [one.split()[1] for one in ends(worker)] == expected.split()
    assert len(installation.alarms) == ("missed" in expected)


def test_clock_that_goes_back_fires_nothing_twice(installation: Installation) -> None:
    scheduler = installation.scheduler(again=True, overlap="queue")
    for time in ("09:30", "10:00:01", "11:00:01", "09:40", "10:00:01", "11:00:01", "12:00:01"):
        installation.go_to(time)
        scheduler.tick()

    assert ends(scheduler) == ["10:00 fired", "11:00 fired", "12:00 fired"]
    assert installation.job_count == 3


def test_clock_that_was_years_ahead_for_a_moment_hides_nothing(installation: Installation) -> None:
    scheduler = installation.scheduler(again=True, overlap="queue")
    scheduler.tick()
    installation.go_to("2036-11-23 09:30")
    scheduler.tick()
    installation.go_to("09:31")
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    assert "2026-11-23 10:00 fired" in [
        f"{one.due_at:%Y-%m-%d %H:%M} {one.ended}" for one in scheduler.firings.latest("hourly", 10_000)
    ]


def test_schedule_that_began_by_a_clock_years_ahead_is_looked_after_once_the_clock_is_right(
    installation: Installation,
) -> None:
    installation.go_to("2036-11-23 09:30")
    installation.scheduler().tick()
    installation.go_to("09:31")
    scheduler = installation.scheduler()
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    assert ends(scheduler) == ["10:00 fired"]


def test_changed_rule_counts_from_now_on(installation: Installation) -> None:
    installation.scheduler(cron="0 * * * *").tick()
    installation.go_to("12:15")

    changed = installation.scheduler(cron="30 * * * *", catch_up="all")
    changed.tick()
    installation.go_to("12:30:01")
    changed.tick()

    assert ends(changed) == ["12:30 fired"]


def test_two_workers_of_different_rules_each_go_on(installation: Installation) -> None:
    full, half = (
        installation.scheduler(cron="0 * * * *", again=True),
        installation.scheduler(cron="30 * * * *", again=True),
    )
    for time in ("09:10", "09:30:01", "10:00:01", "10:30:01", "11:00:01"):
        installation.go_to(time)
        for one in (full, half):
            one.tick()
            installation.finish_all()

    assert [one.split()[0] for one in ends(full)] == ["09:30", "10:00", "10:30", "11:00"]
    assert installation.job_count == 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"workflow": "tidyy"}, "there is no workflow 'tidyy'"),
        ({"files": ["one.csv", "two.csv"]}, "found 2 files"),
        ({"params": {"days": 3}}, "parameters of tidy are wrong"),
        ({"cron": "every day"}, "five fields"),
    ],
)
def test_schedule_that_can_not_be_is_refused_by_name(
    installation: Installation, wrong: dict[str, Any], said: str
) -> None:
    asked = {"workflow": "tidy", "cron": "0 6 * * *", "files": ["list.csv"], **wrong}
    desk = installation.open(schedules={"monthly letters": asked})

    with pytest.raises(UsageError, match="'monthly letters'") as refused:
        make_scheduler(desk)

    assert said in str(refused.value)


def test_calendar_that_can_not_be_is_refused(tmp_path: Path, installation: Installation) -> None:
    desk = installation.open(calendar={"hours": "nine to five"})

    with pytest.raises(UsageError, match=r"\[calendar\]"):
        make_scheduler(desk)
