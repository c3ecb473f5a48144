"""Programs of the digital team pause systems and see who works."""

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.workers import this_process
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser
from tests.integration.console.test_api import Program


@pytest.fixture
def office(office: Office) -> Office:
    toml = office.data / "rpa.toml"
    toml.write_text(f'{toml.read_text()}\n[systems.pas]\naddress = "http://127.0.0.1:1"\nmax_sessions = 2\n')
    return office


@pytest.fixture
def operator(browser: Browser) -> Program:
    return Program(browser, "Opal Operator", Role.OPERATOR)


def test_a_system_is_paused_once_and_resumed(operator: Program) -> None:
    paused = operator.post("/systems/pas", {"way": "pause", "why": "the supplier is at work"})
    again = operator.post("/systems/pas", {"way": "pause", "why": "again"})
    listed = operator.get("/systems").json()["systems"]
    resumed = operator.post("/systems/pas", {"way": "resume", "why": "they are done"})

    assert (paused.status_code, paused.json()["open"]) == (200, False)
    assert again.status_code == 422
    assert [(one["name"], one["open"], one["max_sessions"]) for one in listed] == [("pas", False, 2)]
    assert resumed.json()["open"] is True
    told = Trail(operator.browser.site.desk.database).of_run(SYSTEM_RUN, names=["system.paused", "system.resumed"])
    assert [one.actor.name for one in told] == ["Opal Operator", "Opal Operator"]


def test_a_system_that_is_not_registered_is_not_found(operator: Program) -> None:
    assert operator.post("/systems/other", {"way": "pause", "why": "gone"}).status_code == 404


def test_who_works_is_listed(operator: Program) -> None:
    operator.browser.site.desk.workers.register(this_process(known_as="w1"))

    (one,) = operator.get("/workers").json()["workers"]

    assert (one["id"], one["item_id"]) == ("w1", None)
