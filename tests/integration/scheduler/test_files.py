"""The files of a due time: the newest is taken, and one that is missing, old or refused is told of."""

import os

from rpa.scheduler import make_scheduler
from tests.integration.scheduler.conftest import CLERK, Installation, ends, whys


def test_missing_file_is_told_with_an_alarm_and_the_next_time_is_tried_again(installation: Installation) -> None:
    scheduler = installation.scheduler(files=((installation.office.folder / "extract-*.csv").as_posix(),))
    scheduler.tick()
    installation.go_to("10:00:01")
    scheduler.tick()
    installation.office.list("good", name="extract-1.csv")
    installation.go_to("11:00:01")

    scheduler.tick()

    (alarm,) = installation.alarms
    assert ends(scheduler) == ["10:00 failed", "11:00 fired"]
    assert "no file matches" in (whys(scheduler)[0] or "") and "extract-*.csv" in alarm.text


def test_newest_file_is_taken(installation: Installation) -> None:
    for name, age in (("list-old.csv", 300), ("list-new.csv", 100), ("list-older.csv", 200), ("list.csv", 400)):
        path = installation.office.list("good", name=name)
        os.utime(path, (1_700_000_000 - age,) * 2)
    installation.office.folder.joinpath("~$list-open.csv").write_text("left by Excel")
    scheduler = installation.scheduler()
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    assert [one["file"] for one in installation.jobs[0].inputs] == ["list-new.csv"]


def test_file_may_be_named_with_its_input(installation: Installation) -> None:
    scheduler = installation.scheduler(files=(f"sheet={installation.pattern}",))
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    assert ends(scheduler) == ["10:00 fired"]


def test_file_that_is_no_newer_than_the_last_is_a_failure(installation: Installation) -> None:
    scheduler = installation.scheduler(overlap="queue")
    for time in ("09:30", "10:00:01", "11:00:01"):
        installation.go_to(time)
        scheduler.tick()

    assert ends(scheduler) == ["10:00 fired", "11:00 failed"]
    assert whys(scheduler)[1] == f"no new file was there: the newest is that of job {installation.jobs[0].id}"
    assert len(installation.alarms) == 1


def test_file_that_somebody_sent_by_hand_is_not_sent_again(installation: Installation) -> None:
    scheduler = installation.scheduler()
    scheduler.tick()
    sent = installation.desks[0].submit("tidy", [str(installation.office.folder / "list.csv")], by=CLERK)
    installation.go_to("10:00:01")

    scheduler.tick()

    assert ends(scheduler) == ["10:00 skipped"]
    assert whys(scheduler) == [f"the same files were sent by hand: job {sent.job.id}"]
    assert installation.alarms == []


def test_file_that_is_refused_says_why_and_not_in_record_or_alarm(installation: Installation) -> None:
    named = "Mrs Invented-Name.csv"
    installation.office.folder.joinpath(named).write_text("something,else\n1,2\n")
    scheduler = installation.scheduler(files=((installation.office.folder / "Mrs*.csv").as_posix(),))
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    (alarm,), (told,) = installation.alarms, installation.entries("schedule.failed")
    assert ends(scheduler) == ["10:00 failed"] and "NHS number" in (whys(scheduler)[0] or "")
    assert "were refused" in alarm.text and "were refused" in told.facts["why"]
    assert "Invented-Name" not in alarm.text + str(told.facts)


def test_plan_that_breaks_is_told_without_its_words_and_holds_up_no_other(installation: Installation) -> None:
    procedures = installation.office.folder / "procedures"
    procedures.joinpath("broken.py").write_text(BROKEN, encoding="utf-8")
    desk = installation.open(schedules={
        "first": {"workflow": "broken", "cron": "0 * * * *", "files": [installation.pattern]},
        "second": {"workflow": "tidy", "cron": "0 * * * *", "files": [installation.pattern]},
    })  # fmt: skip
    scheduler = make_scheduler(desk, now=installation.clock.now)
    scheduler.tick()
    installation.go_to("10:00:01")

    scheduler.tick()

    assert (ends(scheduler, "first"), ends(scheduler, "second")) == (["10:00 failed"], ["10:00 fired"])
    assert whys(scheduler, "first") == ["its files could not be read or planned (ValueError)"]


BROKEN = '''"""A workflow whose plan breaks on any sheet."""

from collections.abc import Iterable

from rpa import Item, NHSNumber, Row, column, workflow
from rpa.connectors.spreadsheet import Table
from rpa.definition import Case


class Update(Row):
    nhs_number: NHSNumber = column("NHS number")


@workflow(title="Break", key="nhs_number")
def broken(item: Item[Update]) -> str:
    """Break."""
    return "never"


@broken.plan
def plan(sheet: Table[Update]) -> Iterable[Case[Update]]:
    raise ValueError("Mrs Invented-Name was not expected")
'''
