"""A year moved out of the database by command, and what the other commands say with its file and without."""

from datetime import UTC, datetime

from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.conftest import HandClock
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_audit import tamper


def worked_last_year(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "fine"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    clock = HandClock()
    clock.time = datetime(2100, 1, 1, tzinfo=UTC)
    desk = open_desk(load_settings(office.data), clock)
    desk.sealing.tick()
    desk.close()


def this_year() -> str:
    return str(datetime.now(UTC).year)


def test_year_is_moved_and_everything_is_told_as_before(rpa: Rpa, office: Office) -> None:
    worked_last_year(rpa, office)
    story = rpa("audit", "story", office.numbers[0], "--json").json

    moved = rpa("audit", "archive", this_year(), "--by", "Jo Clerk")

    assert moved.code is Exit.DONE
    assert f"record-{this_year()}.db, which is only read from now on" in moved.out
    assert rpa("audit", "story", office.numbers[0], "--json").json == story
    assert "The record is whole" in rpa("audit", "verify").out
    assert rpa("audit", "certificate", "1").code is Exit.DONE


def test_without_its_file_the_record_is_incomplete_and_says_what_to_bring_back(rpa: Rpa, office: Office) -> None:
    worked_last_year(rpa, office)
    rpa("audit", "archive", this_year(), "--by", "Jo Clerk")
    path = office.data / "archives" / f"record-{this_year()}.db"
    path.rename(path.with_suffix(".away"))

    verified, story = rpa("audit", "verify"), rpa("audit", "story", office.numbers[0])

    assert verified.code is Exit.RECORD_INCOMPLETE
    assert f"what entries of {this_year()} say is in" in verified.out
    assert "only their hashes were checked" in verified.out
    assert f"was moved to record-{this_year()}.db" in story.err
    assert story.code is Exit.RECORD_INCOMPLETE


def test_year_of_an_altered_record_is_not_moved(rpa: Rpa, office: Office) -> None:
    worked_last_year(rpa, office)
    tamper(office, "UPDATE event SET body = '{}' WHERE run = 'job-1' AND seq = 2")

    moved = rpa("audit", "archive", this_year(), "--by", "Jo Clerk")

    assert moved.code is Exit.RECORD_BROKEN
    assert "Nothing was moved." in moved.out
    assert not (office.data / "archives").exists()
