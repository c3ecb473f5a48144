"""Plans in the console: what would change is looked at, decided with a passphrase, and carried out as it stands."""

import html
import io
import json
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from rpa.approvals import Signer, change_set_of
from rpa.audit import Trail
from rpa.console import deciding
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind
from tests.integration.cli.office import Office
from tests.integration.cli.test_approving import DISCHARGE, OTHERS, WORDS
from tests.integration.console.conftest import Browser, work


@dataclass
class Plan:
    """A plan to discharge three referrals that Jo Clerk has asked for, and the browsers of two people."""

    clerk: Browser
    approver: Browser
    office: Office

    @property
    def discharged(self) -> list[str]:
        path = self.office.folder / "procedures" / "referrals.json"
        return sorted(json.loads(path.read_text())) if path.exists() else []

    def decide(self, way: str, **typed: str) -> None:
        self.approver.open(f"/plans/1/{way}")
        assert self.approver.page is not None
        digest = self.approver.page.text.partition('name="digest" value="')[2].partition('"')[0]
        self.approver.send(f"/plans/1/{way}", {"digest": digest, "passphrase": WORDS, **typed})


def seen(browser: Browser, address: str) -> str:
    browser.open(address)
    return browser.text


@pytest.fixture
def plan(browser: Browser, office: Office) -> Plan:
    (office.folder / "procedures" / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    approvers = browser.site.desk.approvals.approvers
    approvers.add("Ann Second", WORDS, by=Actor(ActorKind.PERSON, "IT"))
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.add("Ann Second", Role.APPROVER)
    browser.sign_in("Jo Clerk")
    browser.open("/start/discharge")
    browser.send("/start/discharge", files={"sheet": office.list("x", "x", "x")})
    browser.send("/uploads/1", plan="yes")
    work(browser)
    approver = browser.another()
    approver.sign_in("Ann Second")
    return Plan(browser, approver, office)


def test_a_plan_that_waits_is_on_home_and_in_the_list(plan: Plan) -> None:
    plan.approver.open("/")
    home = plan.approver.text
    plan.approver.open("/plans")

    assert "1 plan waits for you" in home
    assert (
        "Plan 1 Work Discharge referrals Would change 3 changes of 3 rows Asked for by Jo Clerk" in plan.approver.text
    )
    assert "Waits for you" in plan.approver.text


def test_a_plan_says_what_came_of_it_and_no_longer_what_would(plan: Plan) -> None:
    plan.decide("approve")
    plan.clerk.open("/jobs/1/carry-out")
    plan.clerk.send("/jobs/1/carry-out", part="first")
    first = seen(plan.approver, "/plans/1")
    work(plan.clerk)
    plan.clerk.open("/jobs/1/carry-out")
    plan.clerk.send("/jobs/1/carry-out", part="rest")
    work(plan.clerk)
    done = seen(plan.approver, "/plans/1")

    assert "Carried out by job 2: 0 of 2 rows done, 2 still to do" in first
    assert "1 row not begun" in first
    assert "Carried out by job 2: 2 of 2 rows done" in done
    assert "Carried out by job 3: 1 of 1 row done" in done
    assert "not begun" not in done
    assert "It was to make 3 changes" in done
    assert "What was to change" in done
    assert "The robot can look at the same rows" not in done


def test_a_refused_plan_is_not_compared_any_more(plan: Plan) -> None:
    plan.decide("refuse", why="not these")
    refused = seen(plan.approver, "/plans/1")

    assert "It was to make 3 changes" in refused
    assert "Nothing was written." in refused
    assert "Compare" not in refused


def test_an_approver_without_a_passphrase_is_told_so_before_a_plan_waits(plan: Plan) -> None:
    plan.approver.add("Ben Third", Role.APPROVER)
    new = plan.approver.another()
    new.sign_in("Ben Third")

    for address in ("/", "/plans"):
        assert "You can't decide yet: choose your passphrase first." in html.unescape(seen(new, address))
        assert "You can't decide yet" not in html.unescape(seen(plan.approver, address))


def test_a_plan_shows_each_field_from_what_to_what_and_hides_whose_it_is(plan: Plan) -> None:
    number = plan.office.numbers[0]
    plan.approver.open("/plans/1")
    hidden = plan.approver.text
    plan.approver.send("/plans/1", open="yes")

    assert "It would make 3 changes to 3 rows of list.csv. Nothing is written yet. State: 3 rows" in hidden
    assert (
        f"Whose ••••{number[-4:]} What referral of ••••{number[-4:]} Field State Is now open Would become discharged"
        in hidden
    )
    assert number not in hidden
    assert f"Whose {number} What referral of {number}" in plan.approver.text
    told = Trail(plan.clerk.site.desk.database).of_run("job-1", names=["record.read"])
    assert [(one.actor.name, one.facts["personal"]) for one in told] == [("Ann Second", False), ("Ann Second", True)]


def test_all_changes_are_fetched_as_a_workbook(plan: Plan) -> None:
    answer = plan.approver.open("/plans/1/changes")

    rows = list(load_workbook(io.BytesIO(answer.content))["Changes"].values)
    assert plan.office.numbers[2] in [row[1] for row in rows if len(row) > 1]


def test_an_approved_plan_is_carried_out_first_in_part_and_then_the_rest(plan: Plan) -> None:
    plan.clerk.open("/jobs/1")
    waits = plan.clerk.text
    plan.decide("approve")
    approved = plan.approver.text
    plan.clerk.open("/jobs/1/carry-out")
    asked = plan.clerk.text
    plan.clerk.send("/jobs/1/carry-out", part="all")
    work(plan.clerk)
    first = plan.discharged
    plan.clerk.open("/jobs/1/carry-out")
    rest = plan.clerk.text
    plan.clerk.send("/jobs/1/carry-out", part="rest")
    work(plan.clerk)

    assert "Waits for approval" in waits
    assert "The plan is approved." in approved
    assert "The robot does the first 2 rows now." in asked
    assert first == sorted(plan.office.numbers[:2])
    assert "The robot then does the other 1." in rest
    assert plan.discharged == sorted(plan.office.numbers[:3])
    plan.clerk.open("/jobs/1")
    assert "Carried out by job 2 , job 3" in plan.clerk.text.replace(" ,", " ,")
    assert "Carry out the" not in plan.clerk.text


def test_a_double_click_carries_out_and_approves_once(plan: Plan) -> None:
    plan.decide("approve")
    plan.decide("approve")
    again = plan.approver.text
    for _ in range(2):
        plan.clerk.open("/jobs/1/carry-out")
        plan.clerk.send("/jobs/1/carry-out", part="all")

    assert "Approved by Ann Second" in again
    assert plan.clerk.path == "/jobs/2"
    assert len(plan.clerk.site.desk.views.carried_out_by(1)) == 1
    assert len(Trail(plan.clerk.site.desk.database).of_run("job-1", names=["job.approved"])) == 1


def test_nothing_is_carried_out_before_it_is_approved(plan: Plan) -> None:
    plan.clerk.open("/start")

    plan.clerk.send("/jobs/1/carry-out", part="all")

    assert plan.clerk.status == 422
    assert "Nobody has approved job 1 yet" in plan.clerk.text
    assert plan.discharged == []


def test_nobody_of_elsewhere_sees_or_carries_out_a_plan(plan: Plan) -> None:
    plan.decide("approve")
    plan.clerk.add("Eve Elsewhere", Role.REQUESTER, team="Records")
    browser = plan.clerk.another()
    browser.sign_in("Eve Elsewhere")
    seen = browser.open("/jobs/1/carry-out").status_code
    browser.open("/start")

    browser.send("/jobs/1/carry-out", part="all")

    assert (seen, browser.status) == (404, 404)
    assert plan.clerk.site.desk.views.carried_out_by(1) == []


def test_a_refused_plan_says_why_to_whoever_asked_for_it(plan: Plan) -> None:
    plan.decide("refuse")
    without = plan.approver.text
    plan.decide("refuse", why="Two of them are still needed.")
    plan.clerk.open("/jobs/1")

    assert "Enter why, for whoever made the plan" in without
    assert "Ann Second refused this plan: Two of them are still needed." in plan.clerk.text
    assert "The plan is refused, and will never be carried out." in plan.approver.text


def test_wrong_passphrases_are_counted_like_wrong_passwords(plan: Plan) -> None:
    for _ in range(5):
        plan.decide("approve", passphrase="not her own words")
    wrong = plan.approver.text

    plan.decide("approve")

    assert "That is not your passphrase. Nothing was decided" in wrong
    assert plan.approver.status == 429
    assert plan.clerk.site.desk.approvals.decision(1) is None


def test_a_plan_that_is_not_the_one_that_was_looked_at_is_not_approved(plan: Plan) -> None:
    plan.decide("approve", digest="0" * 64)

    assert plan.approver.status == 409
    assert "The plan is not what you looked at any more" in plan.approver.text
    assert plan.clerk.site.desk.approvals.decision(1) is None


GROWING = """\"\"\"Plans a row only once somebody has put it right.\"\"\"

from pathlib import Path

from rpa import BusinessException, Item, NeedsApproval, NHSNumber, Row, column, workflow


class Referral(Row):
    nhs_number: NHSNumber = column("NHS number")
    fate: str = column("Fate")


@workflow(title="Grow", key="nhs_number", approval=NeedsApproval(), codes={"ODD": "Nobody knows it. Find out."})
def growing(item: Item[Referral]) -> str:
    if item.row.fate == "odd" and not Path(__file__).with_name("known").exists():
        raise BusinessException("ODD")
    item.change("referral", expected={"state": "open"}, new={"state": "shut"}, read=lambda: {"state": "open"},
                write=lambda: None)
    return "shut"
"""


def test_whoever_looked_at_a_plan_that_grew_since_is_led_back_to_it(browser: Browser, office: Office) -> None:
    procedures, approver = office.folder / "procedures", browser.another()
    (procedures / "growing.py").write_text(GROWING, encoding="utf-8")
    browser.site.desk.approvals.approvers.add("Ann Second", WORDS, by=Actor(ActorKind.PERSON, "IT"))
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.add("Ann Second", Role.APPROVER)
    browser.sign_in("Jo Clerk")
    browser.open("/start/growing")
    browser.send("/start/growing", files={"sheet": office.list("fine", "odd")})
    browser.send("/uploads/1", plan="yes")
    work(browser)
    approver.sign_in("Ann Second")
    looked_at = approver.open("/plans/1").text
    (procedures / "known").touch()
    browser.open("/jobs/1/retry")
    browser.send("/jobs/1/retry", why="found out")
    work(browser)

    for way in ("approve", "refuse"):
        approver.open(link_to(way, looked_at))
        assert approver.path == "/plans/1"
        assert "The plan is not what you looked at any more. Look at it again." in approver.text
    assert "It would make 2 changes to 2 rows" in approver.text
    assert approver.page is not None
    assert approver.open(link_to("approve", approver.page.text)).url.path == "/plans/1/approve"


def link_to(way: str, page: str) -> str:
    found = re.search(rf'href="(/plans/1/{way}[^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_of_two_who_decide_at_once_the_second_is_not_told_that_he_did(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    approvals, signer = plan.clerk.site.desk.approvals, deciding._signer

    def after_somebody(visit: Visit) -> Signer | None:
        approvals.approvers.add("Bo Third", OTHERS, by=Actor(ActorKind.PERSON, "IT"),
                                voucher=approvals.approvers.sign_in("Ann Second", WORDS))  # fmt: skip
        found = change_set_of(plan.clerk.site.desk.views, 1)
        approvals.reject(found, by=approvals.approvers.sign_in("Bo Third", OTHERS), why="not now")
        return signer(visit)

    monkeypatch.setattr(deciding, "_signer", after_somebody)
    plan.decide("approve")

    assert plan.approver.path == "/plans/1"
    assert "The plan is approved" not in plan.approver.text
    assert "Refused" in plan.approver.text
    assert "Bo Third" in plan.approver.text


def test_nobody_approves_what_he_asked_for_himself(plan: Plan) -> None:
    desk = plan.clerk.site.desk
    desk.approvals.approvers.add("Jo Clerk", OTHERS, by=Actor(ActorKind.PERSON, "IT"),
                                 voucher=desk.approvals.approvers.sign_in("Ann Second", WORDS))  # fmt: skip
    with desk.database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO person_role SELECT id, 'approver' FROM person WHERE name = 'Jo Clerk'")
    browser = plan.clerk.another()
    browser.sign_in("Jo Clerk")
    browser.open("/plans")
    listed = browser.text
    browser.open("/plans/1")
    shown = browser.text

    browser.send("/plans/1/approve", passphrase=OTHERS, digest=desk.approvals.digest(change_set_of(desk.views, 1)))

    assert "Yours Somebody else decides about it" in listed
    assert "You asked for this plan, so somebody else decides about it." in shown
    assert desk.approvals.decision(1) is None


def test_whoever_has_no_passphrase_is_told_how_to_get_one(plan: Plan) -> None:
    plan.clerk.add("Cy Third", Role.APPROVER)
    browser = plan.clerk.another()
    browser.sign_in("Cy Third")

    browser.open("/plans/1/approve")

    assert "Choose your passphrase , together with somebody who may approve already." in browser.text


def test_the_first_who_approves_needs_nobody_to_vouch(plan: Plan) -> None:
    plan.clerk.site.desk.approvals.approvers.reset(by=Actor(ActorKind.PERSON, "IT"), why="nobody knows a passphrase")

    plan.approver.open("/plans/1/approve")

    assert 'rpa approvers add "Ann Second"' in plan.approver.text.replace("&#34;", '"')
    assert "--vouched-by" not in plan.approver.text


def test_what_has_changed_since_is_looked_for_and_shown_beside_the_plan(plan: Plan) -> None:
    store = plan.office.folder / "procedures" / "referrals.json"
    store.write_text(json.dumps({plan.office.numbers[0]: "discharged", plan.office.numbers[1]: "on hold"}))
    plan.approver.open("/plans/1")
    plan.approver.send("/plans/1/look")
    looking = plan.approver.text
    work(plan.approver)

    plan.approver.open("/plans/1")

    assert "The robot compares the plan with the system now. Nothing is written." in looking
    assert "Not looked at yet" in looking
    found = plan.approver.text
    assert [one in found for one in ("Right already", "Changed It is now on hold", "As it was")] == [True] * 3
    assert "1 changed since the plan was made 1 right already 1 as they were" in found
    assert "1 plan waits for you" in plan.approver.open("/").text


def test_where_nothing_has_changed_since_one_sentence_says_so(plan: Plan) -> None:
    plan.approver.open("/plans/1")
    plan.approver.send("/plans/1/look")
    work(plan.approver)

    plan.approver.open("/plans/1")

    assert "Nothing has changed since: all 3 changes would be made as planned." in plan.approver.text


def test_nobody_is_asked_to_decide_about_a_plan_of_no_changes(plan: Plan) -> None:
    plan.decide("approve")
    for part in ("first", "rest"):
        plan.clerk.open("/jobs/1/carry-out")
        plan.clerk.send("/jobs/1/carry-out", part=part)
        work(plan.clerk)
    plan.clerk.open("/start/discharge")
    plan.clerk.send("/start/discharge", files={"sheet": plan.office.list("x", name="once more.csv")})
    plan.clerk.send("/uploads/2", plan="yes")
    work(plan.clerk)

    plan.approver.open("/plans/4")
    shown = plan.approver.text
    plan.approver.open("/plans/4/approve")

    assert "Nothing to change So nobody decides about it, and nothing is carried out." in shown
    assert "Waits for you" not in shown
    assert "Compare with the system now" not in shown
    assert plan.approver.path == "/plans/4"


def test_a_comparison_is_no_plan_that_waits_for_somebody(plan: Plan) -> None:
    plan.approver.open("/plans/1")
    plan.approver.send("/plans/1/look")
    work(plan.approver)
    plan.clerk.add("Opal Operator", Role.OPERATOR)
    operator = plan.clerk.another()
    operator.sign_in("Opal Operator")

    plan.approver.open("/plans/2")
    led_to = plan.approver.path
    asked = plan.approver.open("/plans/2/approve").status_code
    operator.open("/jobs/2")

    assert led_to == "/plans/1"
    assert asked == 404
    assert "This compares plan 1 with the system. Nothing is written, and nothing of it is decided" in operator.text
    assert "Waits for approval" not in operator.text


def test_lists_tell_plans_and_looks_at_them_from_jobs_that_write(plan: Plan) -> None:
    waits = seen(plan.clerk, "/")
    plan.decide("approve")
    approved = seen(plan.clerk, "/")
    plan.approver.send("/plans/1/look")
    plan.clerk.open("/jobs/1/carry-out")
    plan.clerk.send("/jobs/1/carry-out", part="first")
    work(plan.clerk)
    in_part = seen(plan.clerk, "/")
    plan.clerk.open("/jobs/1/carry-out")
    plan.clerk.send("/jobs/1/carry-out", part="rest")
    work(plan.clerk)
    plan.clerk.add("Opal Operator", Role.OPERATOR)
    operator = plan.clerk.another()
    operator.sign_in("Opal Operator")
    operator.open("/jobs")

    assert "Plan: Discharge referrals Rows 3 State Waits for approval" in waits
    assert "Plan: Discharge referrals Rows 3 State Approved Can be carried out now" in approved
    assert "Plan: Discharge referrals Rows 3 State Approved Carried out in part by job 3. 1 row is left" in in_part
    assert "Plan: Discharge referrals Rows 3 State Approved Carried out by job 3, job 4" in operator.text
    assert "Comparison for plan 1: Discharge referrals Rows 3 State Finished" in operator.text
    assert "Job 3 Work Discharge referrals Rows 2" in operator.text


def test_a_refused_plan_and_one_that_is_too_old_say_so_in_lists(plan: Plan) -> None:
    plan.decide("refuse", why="Not these")
    plan.clerk.open("/start/discharge")
    plan.clerk.send("/start/discharge", files={"sheet": plan.office.list("x", name="another.csv")})
    plan.clerk.send("/uploads/2", plan="yes")
    said = plan.clerk.text
    work(plan.clerk)
    site = plan.approver.site
    signer = site.desk.approvals.approvers.sign_in("Ann Second", WORDS)
    site.desk.approvals.approve(change_set_of(site.desk.views, 2), by=signer, holds=timedelta(minutes=1))
    plan.clerk.clock.pass_by(seconds=120)

    plan.clerk.open("/")

    assert "The robot makes the plan now. Nothing is changed." in said
    assert "Plan: Discharge referrals Rows 3 State Refused" in plan.clerk.text
    assert "Plan: Discharge referrals Rows 1 State Too old" in plan.clerk.text


def test_help_says_what_the_role_of_whoever_asks_needs(plan: Plan) -> None:
    clerk = seen(plan.clerk, "/help")
    approver = seen(plan.approver, "/help")

    assert "What if a row needs a person?" in clerk
    assert "How do I approve a plan?" not in clerk
    assert "How do I approve a plan?" in approver
    assert "How do I start work?" not in approver


def test_markup_in_a_reason_is_shown_and_never_run(plan: Plan) -> None:
    plan.decide("refuse", why="<script>alert(1)</script>")

    answer = plan.clerk.open("/jobs/1")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
