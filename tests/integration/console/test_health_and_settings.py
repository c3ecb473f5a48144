"""Health and settings: what an admin sees of an installation, in words, and never a secret or a patient."""

import html
from datetime import timedelta

import pytest

from rpa.alarms import AlarmKind, raise_alarm
from rpa.console.administering import ADMIN_PAGES
from rpa.console.settled import parts_of
from rpa.db.console_tables import Role
from rpa.duties.checks import Checks
from rpa.settings import load_settings
from rpa.standing import Check, standing_of
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser, work

SECRETS = """
[alarms]
webhook = "https://hooks.example/very-secret-path"
[record]
second_database = "postgresql+psycopg://robot:hidden-word@other.example/seals"
[console]
organisation = "Example Trust"
[retention]
pictures = 30
"""


@pytest.fixture
def admin(browser: Browser) -> Browser:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    return browser


def check(browser: Browser, part: str) -> Check:
    (found,) = [one for one in standing_of(browser.site.desk) if one.part == part]
    return found


def test_an_installation_without_a_worker_says_what_to_do(admin: Browser) -> None:
    admin.open("/health")

    assert "Part Workers State To do Found No worker is running What to do Start one with rpa work" in admin.text
    assert "2 things to do" in admin.text  # the other one: nothing is sealed without a worker


def test_all_is_well_where_a_worker_seals_and_looks(on_each_database: Browser, office: Office) -> None:
    browser = on_each_database
    desk = browser.site.desk
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    desk.workers.register(desk.me)
    desk.sealing.tick()
    checks = Checks(desk.database, desk.settings, desk.clock)
    checks.tick()

    found = {one.part: one for one in standing_of(desk)}

    assert [one for one in found.values() if not one.ok and one.part != "clock"] == []
    assert found["workers"].found == "1 worker runs"
    assert found["record"].found.startswith("As it was written, when it was last looked at as a whole: ")
    assert found["seals"].found.startswith("The newest seal is of ")


def test_a_record_that_does_not_verify_stands_first(admin: Browser) -> None:
    desk = admin.site.desk
    with desk.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.RECORD_BROKEN, subject="job-1", said="The record does not verify: entry 3.",
                    now=desk.clock.now())  # fmt: skip

    admin.open("/health")

    assert "The record does not verify: entry 3." in admin.text
    assert check(admin, "record").to_do.startswith("Keep the database as it is")


def test_seals_that_are_late_are_noticed(admin: Browser) -> None:
    admin.site.desk.sealing.tick()
    assert check(admin, "seals").ok

    admin.clock.pass_by(seconds=timedelta(minutes=10).total_seconds())

    assert not check(admin, "seals").ok


def test_a_worker_that_is_silent_is_noticed(admin: Browser) -> None:
    desk = admin.site.desk
    desk.workers.register(desk.me)
    assert check(admin, "workers").ok

    admin.clock.pass_by(seconds=3 * desk.lease.total_seconds())

    assert check(admin, "workers").found == "No worker is running"


def test_a_part_that_breaks_does_not_end_the_others(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("Mrs Invented-Name")

    monkeypatch.setattr("rpa.standing.disk_of", break_down)
    admin.open("/health")

    assert admin.status == 200
    assert "can't be looked at (RuntimeError)" in html.unescape(admin.text)
    assert "Invented" not in admin.text


def test_settings_say_from_where_they_come_and_what_they_mean_and_no_secret(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text() + SECRETS)
    monkeypatch.setenv("RPA_WORKER__SLOTS", "3")

    parts = {one.name: {each.name: each for each in one.settings} for one in parts_of(load_settings(office.data))}

    assert (parts["console"]["organisation"].value, parts["console"]["organisation"].source) == (
        "Example Trust", "rpa.toml",
    )  # fmt: skip
    assert (parts["worker"]["slots"].value, parts["worker"]["slots"].source) == ("3", "the environment")
    assert parts["console"]["port"].source == "the usual value"
    assert parts["retention"]["pictures"].meaning == "Screenshots."
    assert all(each.meaning for one in parts.values() for each in one.values())
    assert parts["alarms"]["webhook"].value == "Set: hooks.example"
    shown = str(parts)
    assert "very-secret-path" not in shown
    assert "hidden-word" not in shown


def test_an_admin_sees_no_patient_on_any_page(admin: Browser, office: Office) -> None:
    admin.site.desk.submit("tidy", [str(office.list("fine", "nobody", "unreadable"))], by=ADMIN)
    work(admin)
    admin.site.people.add("Jo Clerk", [Role.REQUESTER], by=ADMIN)

    mine = [path for path, page in ADMIN_PAGES.items() if page.show and Role.ADMIN in (page.roles or ())]
    assert len(mine) > 5
    for path in ("/", *mine):
        page = admin.open(path.replace("{person:int}", "2"))
        assert page.status_code == 200, path
        shown = [one for one in (*office.numbers, "Invented") if one in page.text]
        assert not shown, path
