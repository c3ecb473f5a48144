"""Programs of the digital team pause systems, workflows, machines and schedules, and see who works."""

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.workers import this_process
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_api import Program, rows


@pytest.fixture
def office(office: Office) -> Office:
    toml = office.data / "rpa.toml"
    toml.write_text(
        f'{toml.read_text()}\n[systems.pas]\naddress = "http://127.0.0.1:1"\nmax_sessions = 2\n'
        '[schedules.nightly]\nworkflow = "tidy"\ncron = "0 2 * * *"\nfiles = ["nowhere.csv"]\n'
    )
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


def told(operator: Program, *names: str) -> list[tuple[str, str, str | None]]:
    found = Trail(operator.browser.site.desk.database).of_run(SYSTEM_RUN, names=names)
    return [(one.name, one.actor.name, one.why) for one in found]


def test_a_workflow_is_paused_once_and_resumed(operator: Program) -> None:
    clerk = Program(operator.browser)
    paused = operator.post("/workflows/tidy", {"way": "pause", "why": "the clinic moves"})
    again = operator.post("/workflows/tidy", {"way": "pause", "why": "again"})
    listed = clerk.get("/workflows").json()["workflows"]
    resumed = operator.post("/workflows/tidy", {"way": "resume", "why": "it has moved"})

    why = "paused by Opal Operator: the clinic moves"
    assert paused.json() == {"name": "tidy", "paused": True, "why": why}
    assert again.status_code == 422
    assert [(one["name"], one["paused"], one["why"]) for one in listed] == [("tidy", True, why)]
    assert resumed.json() == {"name": "tidy", "paused": False, "why": None}
    assert operator.post("/workflows/tidy", {"way": "resume", "why": "again"}).status_code == 422
    assert operator.post("/workflows/other", {"way": "pause", "why": "gone"}).status_code == 404
    assert clerk.post("/workflows/tidy", {"way": "pause", "why": "no"}).status_code == 403
    assert told(operator, "workflow.paused", "workflow.resumed") == [
        ("workflow.paused", "Opal Operator", "the clinic moves"),
        ("workflow.resumed", "Opal Operator", "it has moved"),
    ]


def test_rows_of_a_paused_workflow_wait_until_it_is_resumed(operator: Program, office: Office) -> None:
    operator.post("/jobs", rows(office, "fine"))
    operator.post("/workflows/tidy", {"way": "pause", "why": "the clinic moves"})
    work(operator.browser)
    waiting = operator.get("/jobs/1").json()["open_rows"]

    operator.post("/workflows/tidy", {"way": "resume", "why": "it has moved"})
    work(operator.browser)

    assert (waiting, operator.get("/jobs/1").json()["open_rows"]) == (1, 0)


def test_a_machine_is_paused_at_once_or_after_the_row_in_hand_and_resumed(operator: Program) -> None:
    me = this_process(known_as="w1")
    operator.browser.site.desk.workers.register(me)

    paused = operator.post(f"/workers/{me.host}", {"way": "pause", "why": "updates"})
    sooner = operator.post(f"/workers/{me.host}", {"way": "at-once", "why": "now"})
    resumed = operator.post(f"/workers/{me.host}", {"way": "resume", "why": "done"})

    assert paused.json() == {"name": me.host, "paused": True, "why": "paused by Opal Operator: updates"}
    assert sooner.json()["why"] == "paused by Opal Operator: now"
    assert resumed.json()["paused"] is False
    assert operator.post("/workers/nowhere", {"way": "pause", "why": "gone"}).status_code == 404
    assert [one[0] for one in told(operator, "machine.paused", "machine.resumed")] == [
        "machine.paused", "machine.paused", "machine.resumed"
    ]  # fmt: skip


def test_schedules_are_listed_paused_and_resumed(operator: Program) -> None:
    (listed,) = operator.get("/schedules").json()["schedules"]
    paused = operator.post("/schedules/nightly", {"way": "pause", "why": "no list tonight"})
    again = operator.post("/schedules/nightly", {"way": "pause", "why": "again"})
    resumed = operator.post("/schedules/nightly", {"way": "resume", "why": "it is there"})

    assert (listed["name"], listed["workflow"], listed["paused"], len(listed["next"])) == ("nightly", "tidy", False, 5)
    assert (paused.json()["paused"], paused.json()["why"]) == (True, "paused by Opal Operator: no list tonight")
    assert again.status_code == 422
    assert resumed.json()["paused"] is False
    assert operator.post("/schedules/other", {"way": "pause", "why": "gone"}).status_code == 404
    assert [one[0] for one in told(operator, "schedule.paused", "schedule.resumed")] == [
        "schedule.paused", "schedule.resumed"
    ]  # fmt: skip
