"""Plans by the API: looked at, decided about with the approver's passphrase, carried out as they stand, put back."""

import json
from dataclasses import dataclass

import pytest

from rpa.audit import Trail
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind
from tests.integration.approvals.moving import WORKFLOWS
from tests.integration.cli.office import Office
from tests.integration.cli.test_approving import DISCHARGE, WORDS
from tests.integration.console.conftest import ADMIN, Browser, work
from tests.integration.console.test_api import Program


@dataclass
class Plan:
    """A plan to discharge three referrals that a program of Jo Clerk has asked for, and who decides."""

    browser: Browser
    clerk: Program
    approver: Program
    office: Office

    @property
    def discharged(self) -> int:
        path = self.office.folder / "procedures" / "referrals.json"
        return len(json.loads(path.read_text())) if path.exists() else 0

    def decide(self, way: str, **sent: str) -> tuple[int, str]:
        digest = self.approver.get("/plans/1").json()["digest"]
        answer = self.approver.post(f"/plans/1/{way}", {"digest": digest, "passphrase": WORDS, **sent})
        return answer.status_code, answer.text


@pytest.fixture
def plan(browser: Browser, office: Office) -> Plan:
    (office.folder / "procedures" / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    browser.site.desk.approvals.approvers.add("Ann Second", WORDS, by=Actor(ActorKind.PERSON, "IT"))
    clerk, approver = Program(browser, "Jo Clerk"), Program(browser, "Ann Second", Role.APPROVER)
    listed = [{"nhs_number": number} for number in office.numbers[:3]]
    made = clerk.post("/jobs", {"workflow": "discharge", "rows": {"sheet": listed}, "plan": True})
    assert made.status_code == 201, made.text
    work(browser)
    return Plan(browser, clerk, approver, office)


def test_a_plan_is_looked_at_without_telling_whose_it_is_and_that_is_recorded(plan: Plan) -> None:
    listed = plan.approver.get("/plans").json()["plans"]
    changes = plan.approver.get("/plans/1/changes")

    assert [(one["job_id"], one["requested_by"], one["decision"]) for one in listed] == [(1, "Jo Clerk", None)]
    assert len(changes.json()["changes"]) == 3
    assert not any(number in changes.text for number in plan.office.numbers)
    assert Trail(plan.browser.site.desk.database).of_run("job-1")[-1].actor.name == "Ann Second"


def test_what_has_changed_since_a_plan_was_made_is_looked_for_and_told(plan: Plan) -> None:
    store = plan.office.folder / "procedures" / "referrals.json"
    store.write_text(json.dumps({plan.office.numbers[0]: "discharged", plan.office.numbers[1]: "on hold"}))
    before = plan.approver.get("/plans/1/changes").json()["changes"]

    asked = [plan.approver.post("/plans/1/look").status_code for _ in range(2)]
    under_way = plan.approver.get("/plans/1").json()
    work(plan.browser)
    after = plan.approver.get("/plans/1/changes").json()["changes"]

    assert asked == [201, 200]
    assert (under_way["compared_by"], under_way["comparing"]) == (2, True)
    assert plan.approver.get("/plans/1").json()["comparing"] is False
    assert {one["since"] for one in before} == {"unknown"}
    assert [(one["since"], list(one["now"].values())) for one in after] == [
        ("right", []),
        ("other", ["on hold"]),
        ("same", []),
    ]
    assert plan.clerk.post("/plans/1/look").status_code == 403


def test_a_plan_is_approved_and_carried_out_once(plan: Plan) -> None:
    assert plan.clerk.post("/jobs/1/apply", {}).status_code == 422
    assert plan.decide("approve") == (200, '{"changed":true}')
    assert plan.decide("approve") == (200, '{"changed":false}')

    parts = [plan.clerk.post("/jobs/1/apply", {}).status_code for _ in range(2)]
    work(plan.browser)
    rest = plan.clerk.post("/jobs/1/apply", {"rest": True}).status_code
    work(plan.browser)

    assert (parts, rest, plan.discharged) == ([201, 200], 201, 3)
    assert [one["decision"] for one in plan.approver.get("/plans?show=decided").json()["plans"]] == ["approved"]


def test_a_plan_is_refused_for_a_reason(plan: Plan) -> None:
    assert plan.decide("refuse", why="")[0] == 422
    assert plan.decide("refuse", why="not these") == (200, '{"changed":true}')

    assert plan.clerk.post("/jobs/1/apply", {}).status_code == 422
    assert plan.approver.get("/plans").json()["plans"] == []


def test_a_token_alone_decides_nothing_and_no_passphrase_is_tried_out(plan: Plan) -> None:
    for _ in range(5):
        status, text = plan.decide("approve", passphrase="guessed words here")
        assert (status, "guessed" in text) == (422, False)

    assert "too many wrong passphrases" in plan.decide("approve")[1]
    assert plan.approver.get("/plans/1").json()["decision"] is None


def test_a_decision_is_for_exactly_what_was_looked_at(plan: Plan) -> None:
    status, text = plan.decide("approve", digest="another")

    assert (status, "another digest than that of the plan" in text) == (422, True)
    assert plan.approver.get("/plans/1").json()["decision"] is None


def test_nobody_decides_by_a_program_about_what_he_asked_for_himself(plan: Plan, office: Office) -> None:
    plan.browser.site.desk.approvals.approvers.add(
        "Jo Clerk", WORDS, by=Actor(ActorKind.PERSON, "IT"),
        voucher=plan.browser.site.desk.approvals.approvers.sign_in("Ann Second", WORDS),
    )  # fmt: skip
    clerk = plan.browser.site.people.named("Jo Clerk")
    assert clerk is not None
    plan.browser.site.membership.change(clerk[0], [Role.REQUESTER, Role.APPROVER], team=None,
                                        by=Actor(ActorKind.PERSON, "IT"))  # fmt: skip
    own = Program(plan.browser, "Jo Clerk", Role.APPROVER)
    digest = own.get("/plans/1").json()["digest"]

    answer = own.post("/plans/1/approve", {"digest": digest, "passphrase": WORDS})

    assert answer.status_code == 422
    assert own.get("/plans/1").json()["decision"] is None


def test_what_a_job_changed_is_planned_to_be_put_back(browser: Browser, office: Office) -> None:
    (office.folder / "procedures" / "move.py").write_text(WORKFLOWS, encoding="utf-8")
    operator = Program(browser, "Opal", Role.OPERATOR)
    browser.site.desk.submit("move", [str(office.list("x"))], by=ADMIN)
    work(browser)

    made = operator.post("/jobs/1/reverse", {"why": "the wrong clinic"})

    assert (made.status_code, made.json()["plan"]) == (201, True)
    assert operator.post("/jobs/1/reverse", {"why": "the wrong clinic"}).status_code == 200
