"""The doctor says of each part whether it is well, and what to do if not."""

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office
from tests.integration.cli.test_systems import ACTS_IN_WARD


def test_a_sound_installation_is_well(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    found = rpa("doctor", "--json")

    assert found.code is Exit.DONE
    assert {one["part"] for one in found.json["checks"]} == {
        "Python", "folder", "database", "record", "key", "browser", "sandbox", "workflows",
    }  # fmt: skip


def test_a_sign_in_that_is_nowhere_is_to_be_done(rpa: Rpa, office: Office) -> None:
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write('[systems.practice-pas]\naddress = "http://127.0.0.1:1"\ncredential = "practice-pas"\n')

    found = rpa("doctor")

    assert found.code is Exit.FAILED
    assert "✕ to do" in found.out
    assert "RPA_SECRET_PRACTICE_PAS_USERNAME" in found.out


def test_a_broken_workflow_does_not_end_the_other_checks(rpa: Rpa, office: Office) -> None:
    (office.folder / "procedures" / "tidy.py").write_text("from rpa import nothing_of_the_kind\n", encoding="utf-8")

    found = rpa("doctor", "--json").json["checks"]

    assert [one["ok"] for one in found if one["part"] == "workflows"] == [False]
    assert [one["ok"] for one in found if one["part"] == "database"] == [True]


def test_database_that_can_not_be_reached_is_said_to_be_so_and_why(rpa: Rpa, office: Office) -> None:
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write('database_url = "postgresql+psycopg://robot:hidden-word@127.0.0.1:1/rpa"\n')

    found = rpa("doctor", "--json")

    (database,) = [one for one in found.json["checks"] if one["part"] == "database"]
    assert database["found"].startswith("the database can't be reached (connection failed")
    assert "database_url" in database["to_do"]
    assert "hidden-word" not in found.out


def test_system_that_a_workflow_uses_is_looked_at(rpa: Rpa, office: Office) -> None:
    (office.folder / "procedures" / "free_beds.py").write_text(ACTS_IN_WARD, encoding="utf-8")
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as settings:
        settings.write('[systems.ward]\naddress = "http://127.0.0.1:1"\n')

    (up,) = [one for one in rpa("doctor", "--json").json["checks"] if one["part"] == "answers"]
    rpa("pause", "ward", "--why", "upgrade")
    paused = [one for one in rpa("doctor", "--json").json["checks"] if one["part"] == "answers"]

    assert up["found"] == "ward does not answer as it should: CONNECTION" and "its address" in up["to_do"]
    assert paused[0]["ok"] and paused[0]["found"].startswith("ward was not looked at: it is paused by")
