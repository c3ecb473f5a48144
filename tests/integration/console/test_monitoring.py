"""What Prometheus reads, and whether the console is alive and ready."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.console.app import make_app, make_site
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser, TestClient, work
from tests.integration.test_lists import plans_of, reads_a_whole_table


def metric(text: str, name: str) -> list[float]:
    return [float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]


def send(browser: Browser, office: Office, *fates: str) -> None:
    browser.site.desk.submit("tidy", [str(office.list(*fates))], by=ADMIN)


def test_metrics_tell_what_is_open_what_needs_a_person_and_since_when(
    on_each_database: Browser, office: Office
) -> None:
    browser = on_each_database
    send(browser, office, "fine", "nobody", "nobody")
    browser.clock.pass_by(seconds=100)

    waiting = browser.client.get("/metrics").text
    work(browser)
    done = browser.client.get("/metrics").text

    assert metric(waiting, "rpa_items_open") == [3]
    assert 100 <= metric(waiting, "rpa_oldest_open_job_seconds")[0] < 101
    assert 'rpa_items_need_person{code="NO_MATCH",failure="business",workflow="tidy"} 2.0' in done
    assert metric(done, "rpa_items_open") == []
    assert metric(done, "rpa_oldest_open_job_seconds") == [0]
    assert metric(done, "rpa_disk_free_bytes")[0] > 0
    assert not any(number in waiting + done for number in office.numbers)


def test_metrics_tell_when_the_record_was_last_sealed(browser: Browser, office: Office) -> None:
    send(browser, office, "fine")
    before = metric(browser.client.get("/metrics").text, "rpa_record_sealed_timestamp_seconds")

    browser.site.desk.sealing.tick()

    after = metric(browser.client.get("/metrics").text, "rpa_record_sealed_timestamp_seconds")
    assert before == [0]
    assert abs(after[0] - browser.clock.now().timestamp()) < 1


def test_metrics_tell_when_the_record_was_last_checked_and_what_was_found(browser: Browser) -> None:
    kept = KeptChecks(browser.site.desk.database, browser.clock)
    found = []
    for result in (None, Result.WHOLE, Result.BROKEN, Result.FAILED):  # of which the last came to no answer
        if result is not None:
            browser.clock.pass_by(seconds=60)
            number, _ = kept.begin("Audrey Auditor", entries=1)
            kept.end(number, result, ["…"])
        text = browser.client.get("/metrics").text
        (at,) = metric(text, "rpa_record_checked_timestamp_seconds")
        found.append((at, dict(re.findall(r'^rpa_record_check\{result="(\w+)"\} (\S+)$', text, re.M))))

    now = browser.clock.now().timestamp()
    none = {"whole": "0.0", "unproved": "0.0", "broken": "0.0"}
    assert found == [
        (0, none),
        (pytest.approx(now - 120, abs=1), {**none, "whole": "1.0"}),
        (pytest.approx(now - 60, abs=1), {**none, "broken": "1.0"}),
        (pytest.approx(now - 60, abs=1), {**none, "broken": "1.0"}),
    ]


def test_metrics_of_an_encrypted_site_want_a_token_of_an_operator(browser: Browser) -> None:
    site = make_site(browser.site.desk, is_secure=True)
    client = TestClient(make_app(site), base_url="https://desk.example")
    whose = site.people.add("Opal", [Role.OPERATOR, Role.REQUESTER], by=ADMIN)
    shown = {role: {"Authorization": f"Bearer {site.tokens.make(whose, role, 'x', days=1, by=ADMIN)}"}
             for role in whose.roles}  # fmt: skip

    answers = [client.get("/metrics", headers=one).status_code
               for one in ({}, shown[Role.REQUESTER], shown[Role.OPERATOR])]  # fmt: skip

    assert answers == [401, 401, 200]


def test_metrics_read_no_whole_table(on_each_database: Browser, office: Office) -> None:
    send(on_each_database, office, "fine", "nobody")
    work(on_each_database)
    send(on_each_database, office, "fine", "fine")

    plans = plans_of(on_each_database.site.desk.database, lambda: on_each_database.client.get("/metrics"))

    # A row or two each; the seals and the thirty checks that are kept are read from their end by key.
    small = ("worker", "system", "seat", "SCAN seal", "SCAN record_check")
    assert plans
    assert [line for line in plans if reads_a_whole_table(line) and not any(one in line for one in small)] == []


def test_the_console_is_alive_and_ready_as_long_as_its_database_answers(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [browser.client.get(f"/health/{one}").status_code for one in ("live", "ready")] == [200, 200]

    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr("rpa.db.engine.Database.reading", away)

    assert [browser.client.get(f"/health/{one}").status_code for one in ("live", "ready")] == [200, 503]
