"""`rpa alarms`: what was raised, and whether alarms arrive."""

from datetime import UTC, datetime

from rpa.alarms import AlarmKind, raise_alarm
from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.integration.alarms.servers import hook_server
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


def raised(office: Office, said: str = "Job 1 is done and 1 item needs a person.") -> None:
    desk = open_desk(load_settings(office.data))
    with desk.database.transaction() as connection:
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        raise_alarm(connection, AlarmKind.NEEDS_PERSON, subject="1", said=said, now=now)
    desk.close()


def settings(office: Office, *lines: str) -> None:
    path = office.data / "rpa.toml"
    path.write_text("\n".join([path.read_text(encoding="utf-8"), "[alarms]", *lines, ""]), encoding="utf-8")


def test_alarms_are_listed_newest_first_with_their_state(office: Office, rpa: Rpa) -> None:
    raised(office)

    shown = rpa("alarms")

    assert shown.code == Exit.DONE
    assert "needs person: 1" in shown.out
    assert "waits" in shown.out
    assert "Job 1 is done and 1 item needs a person." in shown.out
    assert "Alarms are sent nowhere: give mail_to or webhook" in shown.out


def test_alarms_are_listed_as_json(office: Office, rpa: Rpa) -> None:
    raised(office)
    raised(office, "Again.")

    (one,) = rpa("alarms", "--json").json

    assert (one["kind"], one["subject"], one["state"], one["count"], one["text"]) == (
        "needs_person", "1", "waits", 2, "Again.",
    )  # fmt: skip


def test_no_alarms_is_said(office: Office, rpa: Rpa) -> None:
    rpa("submit", "tidy", office.list("ready"))

    assert rpa("alarms").out == "There are no alarms.\n"


def test_test_alarm_arrives_or_it_is_said_why_not(office: Office, rpa: Rpa) -> None:
    with hook_server() as hook:
        settings(office, f'webhook = "{hook.address}"')
        good = rpa("alarms", "test")
        hook.status = 500
        bad = rpa("alarms", "test", "--json")

    assert (good.code, good.out) == (Exit.DONE, "By webhook: it was taken.\n")
    assert bad.code == Exit.FAILED
    assert bad.json == [{"way": "webhook", "arrived": False, "fault": "the server answered 500"}]


def test_test_alarm_without_an_address_says_what_to_set(rpa: Rpa) -> None:
    ended = rpa("alarms", "test")

    assert ended.code == Exit.USAGE
    assert "give mail_to or webhook in [alarms] of rpa.toml" in ended.err
