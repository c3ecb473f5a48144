"""Metrics and health, for those who watch over the machine."""

import pytest
from sqlalchemy.exc import OperationalError

from rpa.console.app import make_app, make_site
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADDRESS, ADMIN, Browser, TestClient, work

BY = Actor(ActorKind.PERSON, "Jo Clerk")


def test_metrics_tell_what_waits_and_what_failed_and_nothing_of_a_patient(browser: Browser, office: Office) -> None:
    desk = browser.site.desk
    desk.submit("tidy", [str(office.list("nobody", "nobody"))], by=BY)
    work(browser)
    desk.submit("tidy", [str(office.list("fine", "fine", "fine", name="more.csv"))], by=BY)
    browser.clock.pass_by(seconds=90)

    told = browser.client.get("/metrics")

    assert told.headers["content-type"].startswith("text/plain; version=")
    lines = told.text.splitlines()
    assert 'rpa_items_open{workflow="tidy"} 1.0' in lines
    assert 'rpa_items_need_person{code="NO_MATCH",failure="business",workflow="tidy"} 2.0' in lines
    assert "rpa_oldest_open_job_seconds 90.0" in lines
    assert "rpa_workers 0.0" in lines
    assert any(one.startswith("rpa_disk_free_bytes ") for one in lines)
    assert not [number for number in office.numbers if number in told.text]


def test_metrics_of_an_encrypted_site_need_the_token_of_an_operator(browser: Browser) -> None:
    site = make_site(browser.site.desk, is_secure=True)
    client = TestClient(make_app(site), base_url=ADDRESS.replace("http:", "https:"))
    secrets = {}
    for role in (Role.OPERATOR, Role.REQUESTER):
        whose = site.people.add(f"The {role}", [role], by=ADMIN)
        secrets[role] = site.tokens.make(whose, role, "prometheus", days=1, by=ADMIN)

    answers = [client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code
               for secret in (*secrets.values(), "nothing")]  # fmt: skip

    assert answers == [200, 401, 401]
    assert client.get("/metrics").status_code == 401


def test_a_console_is_alive_and_ready(browser: Browser) -> None:
    assert (browser.client.get("/health/live").status_code, browser.client.get("/health/live").text) == (200, "alive\n")
    assert (browser.client.get("/health/ready").status_code, browser.client.get("/health/ready").text) == (
        200,
        "ready\n",
    )


def test_a_console_without_its_database_is_alive_and_not_ready(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("it is away"))

    monkeypatch.setattr(type(browser.site.desk.database), "reading", away)

    assert browser.client.get("/health/ready").status_code == 503
    assert browser.client.get("/health/live").status_code == 200
