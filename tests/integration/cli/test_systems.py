"""`rpa systems`, `rpa pause` and `rpa resume`, as a person uses them."""

from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

REGISTERED = """
[systems.ward]
address = "http://127.0.0.1:1"
max_sessions = 2
breaker = 2
[systems.theatre]
address = "https://theatre.example.nhs.uk"
"""
ACTS_IN_WARD = '''"""Does something in the ward's system."""

from rpa import Item, Row, workflow
from rpa.bots import Bot


class Ward(Bot):
    system_name = "ward"

    def sign_in(self, session, credential):
        raise NotImplementedError


class Bed(Row):
    bed: str


@workflow(title="Free beds", key="bed", uses=Ward)
def free_beds(item: Item[Bed], ward: Ward) -> str:
    """Free a bed."""
    return "free"
'''


@pytest.fixture(autouse=True)
def registered(office: Office, rpa: Rpa) -> None:
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write(REGISTERED)
    (office.folder / "procedures" / "free_beds.py").write_text(ACTS_IN_WARD, encoding="utf-8")
    beds = Path(office.folder / "beds.csv")
    beds.write_text("Bed\n1\n2\n3\n", encoding="utf-8")
    assert rpa("submit", "free_beds", beds).code == Exit.DONE


def test_systems_are_listed_with_what_is_open_for_them(rpa: Rpa) -> None:
    ward, theatre = rpa("systems", "--json").json

    assert (ward["system"], ward["open"], ward["why"], ward["max_sessions"]) == ("ward", True, None, 2)
    assert (ward["open_items"], theatre["open_items"], theatre["max_sessions"]) == (3, 0, None)


def test_worker_that_may_do_nothing_says_so_and_does_not_say_that_nothing_waits(rpa: Rpa) -> None:
    rpa("pause", "ward", "--why", "upgrade")

    worked = rpa("work", "--until-idle")

    assert "3 items wait" in worked.out
    assert "Nothing waits" not in worked.out


def test_table_of_systems_says_why_one_is_not_in_use(rpa: Rpa) -> None:
    rpa("pause", "ward", "--why", "upgrade to 9.2", "--by", "A. Clerk")

    lines = rpa("systems").out.splitlines()

    assert lines[0].split("  ")[0] == "System"
    assert "paused by A. Clerk since" in lines[2] and "upgrade to 9.2" in lines[2]
    assert lines[3].split() == ["theatre", "open", "no", "limit", "0", "0"]


def test_sessions_are_listed_with_who_has_them(office: Office, rpa: Rpa) -> None:
    desk = open_desk(load_settings(office.data))
    desk.workers.register(desk.me)
    with desk.database.transaction() as connection:
        desk.gates.take_seats(connection, ["ward"], desk.me.id)
    desk.close()

    (session,) = rpa("systems", "--json").json[0]["sessions"]

    assert (session["worker"], session["host"]) == (desk.me.id, desk.me.host)
    assert f"1 of 2 ({desk.me.host})" in rpa("systems").out


def test_person_pauses_and_resumes_a_system(rpa: Rpa) -> None:
    paused = rpa("pause", "ward", "--why", "upgrade", "--by", "A. Clerk")
    closed = rpa("systems", "--json").json[0]
    resumed = rpa("resume", "ward", "--why", "upgraded", "--by", "A. Clerk")

    assert paused.code == resumed.code == Exit.DONE
    assert "ward is paused by A. Clerk since" in paused.out and "ward is open" in resumed.out
    assert (closed["open"], closed["next_opening"]) == (False, None) and closed["why"].endswith(": upgrade")
    assert rpa("audit", "verify").code == Exit.DONE


def test_system_left_alone_after_faults_is_resumed_by_a_person(office: Office, rpa: Rpa) -> None:
    desk = open_desk(load_settings(office.data))
    with desk.database.transaction() as connection:
        for _ in range(2):
            desk.gates.attempt_ended(connection, ["ward"], fault="HTTP_503", worker_id=desk.me.id)
    desk.close()
    broken = rpa("systems", "--json").json[0]

    resumed = rpa("resume", "ward", "--why", "mended", "--json")

    assert broken["why"].startswith("left alone after 2 faults in a row, the last HTTP_503") and broken["faults"] == 2
    assert resumed.json == {"system": "ward", "open": True, "why": None}


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_unknown_system_is_not_found(rpa: Rpa, command: str) -> None:
    ended = rpa(command, "wards", "--why", "upgrade")

    assert ended.code == Exit.NOT_FOUND
    assert "registered: theatre, ward" in ended.err


def test_pausing_twice_and_resuming_what_is_in_use_are_refused(rpa: Rpa) -> None:
    resumed = rpa("resume", "ward", "--why", "upgraded")
    rpa("pause", "ward", "--why", "upgrade")

    again = rpa("pause", "ward", "--why", "another")

    assert (resumed.code, again.code) == (Exit.USAGE, Exit.USAGE)
    assert "is paused by" in again.err and ": upgrade" in again.err


def test_reason_must_be_given(rpa: Rpa) -> None:
    assert rpa("pause", "ward").code == Exit.USAGE


def test_no_system_is_said_with_what_to_add(office: Office, rpa: Rpa) -> None:
    settings = office.data / "rpa.toml"
    settings.write_text(settings.read_text(encoding="utf-8").partition("[systems")[0], encoding="utf-8")

    assert "No system is registered. Add [systems.NAME]" in rpa("systems").out
    assert rpa("systems", "--json").json == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('hours = ["mon-fry 07:00-19:00"]', "mon-fry"),
        ('hours = ["mon-fri 7-19"]', "07:00"),
        ('maintenance = ["daily 00:00-24:00"]', "leaves no time at all"),
        ("max_sessions = 0", "max_sessions"),
        ("breaker = -1", "breaker"),
    ],
)
def test_setting_of_a_system_that_can_not_be_read_stops_every_command(
    office: Office, rpa: Rpa, line: str, told: str
) -> None:
    settings = office.data / "rpa.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")

    ended = rpa("systems")

    assert ended.code == Exit.USAGE
    assert "systems.theatre" in ended.err and told in ended.err


def test_system_outside_of_its_hours_says_until_when(office: Office, rpa: Rpa) -> None:
    settings = office.data / "rpa.toml"
    once = 'maintenance = ["2020-01-01 00:00 to 2099-12-31 06:00"]\n'
    settings.write_text(f"{settings.read_text(encoding='utf-8')}{once}", encoding="utf-8")

    theatre = rpa("systems", "--json").json[1]

    assert theatre["why"].startswith("under maintenance until Thu 31 Dec 06:00")
    assert (theatre["open"], theatre["since"], theatre["next_opening"]) == (False, None, "2099-12-31T06:00:00+00:00")


def test_job_whose_system_is_paused_says_why_it_waits(office: Office, rpa: Rpa) -> None:
    rpa("pause", "ward", "--why", "upgrade", "--by", "Jo Clerk")
    beds = office.folder / "more.csv"
    beds.write_text("Bed\n4\n", encoding="utf-8")

    submitted, looked_up = rpa("submit", "free_beds", beds), rpa("job", 1)

    assert "Its items wait: ward is paused by Jo Clerk since" in " ".join(submitted.out.split())
    assert "Its items wait: ward is paused by Jo Clerk since" in " ".join(looked_up.out.split())
    assert rpa("job", 1, "--json").json["waits"].endswith(": upgrade.")


def test_record_is_asked_for_what_became_of_a_system(rpa: Rpa) -> None:
    for name in ("ward", "theatre"):
        rpa("pause", name, "--why", "upgrade")
    rpa("resume", "ward", "--why", "done")

    names = [one["name"] for one in rpa("audit", "show", "--system", "ward", "--json").json]

    assert names == ["system.paused", "system.resumed"]
    assert rpa("audit", "show", "--system", "nowhere").code == Exit.NOT_FOUND
