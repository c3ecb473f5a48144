"""`rpa schedules`: what is shown, and the switch."""

import itertools
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from rpa.audit import Trail
from rpa.cli.exits import Exit
from rpa.desk import Desk, open_desk
from rpa.scheduler import make_scheduler
from rpa.settings import load_settings
from rpa.workers import this_process
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

SCHEDULES = """
[calendar]
closed = { 2026-12-29 = "Trust day" }

[schedules.nightly]
workflow = "tidy"
cron = "0 6 25 12 *"
days = "working"
on_closed = "next"
files = ["FOLDER/list.csv"]

[schedules.often]
workflow = "tidy"
every = "30m"
files = ["FOLDER/list.csv"]
"""


@pytest.fixture
def office(office: Office) -> Office:
    settings = office.data / "rpa.toml"
    settings.write_text(settings.read_text() + SCHEDULES.replace("FOLDER", office.folder.as_posix()))
    office.list("good", "good")
    open_desk(load_settings(office.data)).close()
    return office


@pytest.fixture
def half_hours_passed(office: Office) -> Callable[[int], Desk]:
    """Let a worker look at the schedules, and again after some half hours that end now."""

    def passed(number: int) -> Desk:
        desk = open_desk(load_settings(office.data))
        now = datetime.now(UTC)
        for moment in (now - number * timedelta(minutes=30), now):
            make_scheduler(desk, now=lambda moment=moment: moment).tick()  # type: ignore[misc]
        return desk

    return passed


def test_it_is_said_that_nothing_starts_while_no_worker_runs(rpa: Rpa, office: Office) -> None:
    without = rpa("schedules").out
    with closing(open_desk(load_settings(office.data))) as desk:
        desk.workers.register(this_process(known_as="another"))

    assert "No worker is running, and nothing starts by itself until one is. Start one with `rpa work`." in without
    assert "No worker is running" not in rpa("schedules").out


def test_next_times_and_rules_are_listed(rpa: Rpa, office: Office) -> None:
    listed = rpa("schedules")
    told = rpa("schedules", "--json").json

    assert listed.code == Exit.DONE
    assert "cron 0 6 25 12 *, on working days, else on the next" in listed.out
    assert "every 30m" in listed.out
    assert [(one["name"], one["workflow"], len(one["next"])) for one in told] == [
        ("nightly", "tidy", 5),
        ("often", "tidy", 5),
    ]
    times = [datetime.fromisoformat(one["at"]) for one in told[1]["next"]]
    assert {later - one for one, later in itertools.pairwise(times)} == {timedelta(minutes=30)}


def test_time_that_is_moved_says_from_where_and_why(rpa: Rpa, office: Office) -> None:
    listed = rpa("schedules")
    moved = [one for one in rpa("schedules", "--json").json[0]["next"] if one["moved_from"]]

    assert moved and {one["why"] for one in moved} <= {"Christmas Day", "Saturday", "Sunday"}
    assert "Christmas Day)" in listed.out and "(moved from " in listed.out


def test_what_came_of_the_last_times_is_told(
    rpa: Rpa, office: Office, half_hours_passed: Callable[[int], Desk]
) -> None:
    desk = half_hours_passed(2)

    listed = rpa("schedules")
    told = rpa("schedules", "--json").json[1]["last"]

    assert [(one["ended"], one["job"], one["job_state"]) for one in told] == [
        ("fired", 1, "open"),
        ("skipped", None, None),
    ]
    assert "job 1: 2 rows came in. 2 are still waiting." in listed.out
    assert "stands for it" in listed.out
    desk.close()


def test_person_pauses_and_resumes_a_schedule_and_says_why(
    rpa: Rpa, office: Office, half_hours_passed: Callable[[int], Desk]
) -> None:
    paused = rpa("schedules", "pause", "often", "--why", "upgrade", "--by", "A. Clerk")
    shown = rpa("schedules")
    desk = half_hours_passed(1)
    resumed = rpa("schedules", "resume", "often", "--why", "done", "--by", "A. Clerk", "--json")

    told = rpa("schedules", "--json").json[1]
    assert (paused.code, resumed.json) == (Exit.DONE, {"schedule": "often", "paused": False})
    assert "paused by A. Clerk: upgrade" in shown.out
    assert (told["paused"], told["last"][0]["why"]) == (None, "paused by A. Clerk: upgrade")
    entries = Trail(desk.database).of_run("system", names=["schedule.paused", "schedule.resumed"])
    assert [(entry.actor.name, entry.why) for entry in entries] == [
        ("A. Clerk", "upgrade"),
        ("A. Clerk", "done"),
    ]
    desk.close()


def test_pause_is_told_with_who_and_when(rpa: Rpa, office: Office) -> None:
    rpa("schedules", "pause", "often", "--why", "upgrade", "--by", "A. Clerk")

    told = rpa("schedules", "--json").json[1]["paused"]

    assert (told["paused_by"], told["why"]) == ("A. Clerk", "upgrade")
    assert datetime.fromisoformat(told["paused_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("pause", "weekly", "--why", "x"), Exit.NOT_FOUND, "there are: nightly, often"),
        (("resume", "often", "--why", "x"), Exit.USAGE, "is not paused"),
        (("pause", "often"), Exit.USAGE, "--why"),
    ],
)
def test_switch_that_can_not_be_moved_says_why(
    rpa: Rpa, office: Office, command: tuple[str, ...], code: Exit, said: str
) -> None:
    ended = rpa("schedules", *command)

    assert ended.code == code
    assert said in ended.err + ended.out


def test_wrong_schedule_is_an_error_that_names_it(rpa: Rpa, office: Office) -> None:
    settings = office.data / "rpa.toml"
    settings.write_text(settings.read_text().replace('workflow = "tidy"', 'workflow = "tydi"', 1))

    ended = rpa("schedules")

    assert ended.code == Exit.USAGE
    assert "schedule 'nightly' is wrong: there is no workflow 'tydi'; there are: tidy" in ended.err


def test_without_schedules_it_says_where_to_add_one(rpa: Rpa, office: Office) -> None:
    settings = office.data / "rpa.toml"
    settings.write_text(settings.read_text().partition("[calendar]")[0])

    assert "[schedules.NAME]" in rpa("schedules").out
