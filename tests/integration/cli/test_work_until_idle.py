"""`rpa work --until-idle` leaves nothing undone that was there, or due, when it began or came before it ended."""

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.duties import Duties, Duty
from rpa.models import Actor, ActorKind
from rpa.scheduler import make_scheduler
from rpa.settings import load_settings
from rpa.supervisor import Supervisor
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

CLERK = Actor(ActorKind.PERSON, "Jo Clerk")


@pytest.fixture
def quick(office: Office) -> Office:
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[inbox]\nsettle = 0.2\n")
    return office


def test_what_lies_in_the_drop_folder_is_done_and_answered(rpa: Rpa, quick: Office) -> None:
    folder = quick.data / "inbox" / "tidy"
    folder.mkdir(parents=True)
    shutil.move(quick.list("fine", "fine"), folder / "list.csv")

    worked = rpa("work", "--until-idle")

    assert (worked.code, "2 are done" in worked.out) == (Exit.DONE, True)
    assert [one.name for one in (quick.data / "outbox" / "tidy").iterdir()] == ["list - job 1.xlsx"]


def test_what_is_due_by_a_schedule_is_done(rpa: Rpa, quick: Office) -> None:
    file = quick.list("fine", "fine")
    with (quick.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[schedules.often]\nworkflow = "tidy"\nevery = "30m"\nfiles = ["{file.as_posix()}"]\n')
    with closing(open_desk(load_settings(quick.data))) as desk:
        before = datetime.now(UTC) - timedelta(minutes=31)
        make_scheduler(desk, now=lambda: before).tick()

    worked = rpa("work", "--until-idle")

    assert (worked.code, "2 are done" in worked.out) == (Exit.DONE, True)


def test_file_that_somebody_has_open_is_not_waited_for(rpa: Rpa, quick: Office) -> None:
    folder = quick.data / "inbox" / "tidy"
    folder.mkdir(parents=True)
    shutil.move(quick.list("fine"), folder / "list.csv")
    (folder / ".~lock.list.csv#").write_text("")

    worked = rpa("work", "--until-idle")

    assert (worked.code, "Nothing waits" in worked.out) == (Exit.DONE, True)
    assert (folder / "list.csv").exists()


def test_each_of_several_files_is_answered_also_those_that_become_no_job(rpa: Rpa, quick: Office) -> None:
    folder = quick.data / "inbox" / "tidy"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"list-{number}.csv").write_text(f"Nothing of this\n{number}\n", encoding="utf-8")

    rpa("work", "--until-idle")

    assert [one.name for one in folder.iterdir() if one.is_file()] == []


def test_who_brings_work_is_asked_once_more_when_the_last_item_has_ended(quick: Office) -> None:
    open_items: list[int] = []
    with closing(open_desk(load_settings(quick.data))) as desk:
        desk.submit("tidy", [str(quick.list("fine"))], by=CLERK)

        def look() -> None:
            open_items.append(desk.views.open_items())

        duty = Duty("once an hour", 3600, look, brings_work=True)
        duties = Duties([duty], desk.clock, at_end=desk.database.close_thread)
        Supervisor(desk, 1, duties=duties).run(until_idle=True)

    assert open_items == [1, 0]


def test_what_was_brought_while_nothing_waited_is_done(quick: Office) -> None:
    file = quick.list("fine")
    with closing(open_desk(load_settings(quick.data))) as desk:

        class JustBefore(Duties):
            """Duties that bring a job right before they come to rest."""

            def come_to_rest(self) -> bool:
                desk.submit("tidy", [str(file)], by=CLERK)  # the same again is the same job
                return True

        Supervisor(desk, 1, duties=JustBefore([], desk.clock)).run(until_idle=True)
        totals = desk.views.totals(1)

    assert (totals.completed, totals.open) == (1, 0)
