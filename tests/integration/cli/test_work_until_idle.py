"""`rpa work --until-idle` leaves nothing undone that was there, or due, when it began or came before it ended."""

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.scheduler import make_scheduler
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


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
