"""The API: what programs can do with a token, and what they can't."""

import base64
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.api import openapi_document
from rpa.console.api.table import BASE, ENDPOINTS
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError, UsageError
from rpa.states import ItemState
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser, work


@dataclass
class Program:
    """A program with a token of a person, in one role."""

    browser: Browser
    secret: str

    def get(self, path: str, **asked: object) -> httpx.Response:
        return self.browser.client.get(f"{BASE}{path}", params=asked, headers=self.headers)  # type: ignore[arg-type]

    def post(self, path: str, sent: Any = None) -> httpx.Response:
        return self.browser.client.post(f"{BASE}{path}", json=sent, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def program(browser: Browser, name: str, role: Role, *more: Role, team: str | None = None) -> Program:
    if browser.site.people.named(name) is None:
        browser.site.people.add(name, [role, *more], by=ADMIN, team=team)
    whose = browser.site.people.named(name)[0]  # type: ignore[index]
    return Program(browser, browser.site.tokens.make(whose, role, "extractor", days=30, by=whose.actor))


@pytest.fixture
def clerk(browser: Browser) -> Program:
    return program(browser, "Jo Clerk", Role.REQUESTER, team="Bookings")


@pytest.fixture
def operator(browser: Browser) -> Program:
    return program(browser, "Opal Operator", Role.OPERATOR)


def rows(office: Office, *fates: str) -> dict[str, Any]:
    made = [{"NHS number": number, "fate": fate, "Priority": "Routine"}
            for number, fate in zip(office.numbers, fates, strict=False)]  # fmt: skip
    return {"workflow": "tidy", "rows": {"sheet": made}}


def test_a_program_starts_a_job_of_rows_and_reads_what_came_of_it(clerk: Program, office: Office) -> None:
    made = clerk.post("/jobs", rows(office, "fine", "nobody"))
    work(clerk.browser)
    job = clerk.get(f"/jobs/{made.json()['id']}").json()
    told = clerk.get("/jobs/1/rows").json()
    workbook = clerk.get("/jobs/1/results")

    assert made.status_code == 201
    assert made.json()["requested_by"] == "Jo Clerk"
    assert (job["totals"]["completed"], job["totals"]["failed"], job["open_rows"]) == (1, 1, 0)
    assert [(one["row"], one["state"], one["case"]) for one in told["rows"]] == [(2, "completed", 1), (3, "failed", 2)]
    assert workbook.status_code == 200
    assert b"Outcome" in workbook.content
    assert office.numbers[0] not in str(told)


def test_the_same_rows_sent_again_are_the_same_job(clerk: Program, office: Office) -> None:
    first = clerk.post("/jobs", rows(office, "fine"))
    second = clerk.post("/jobs", rows(office, "fine"))
    anew = clerk.post("/jobs", rows(office, "fine") | {"again": True})

    assert [one.status_code for one in (first, second, anew)] == [201, 200, 201]
    assert [one.json()["id"] for one in (first, second, anew)] == [1, 1, 2]


def test_a_program_starts_a_job_of_a_file(clerk: Program, office: Office) -> None:
    content = base64.b64encode(office.list("fine", "fine").read_bytes()).decode()
    made = clerk.post("/jobs", {"workflow": "tidy", "files": {"sheet": {"name": "list.csv", "content": content}}})

    assert made.status_code == 201
    assert made.json()["rows"] == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"workflow": "tidy"}, "expected either rows or files"),
        ({"workflow": "tidy", "rows": {"other": [{"a": 1}]}}, "tidy takes sheet, found 1 inputs of other names"),
        ({"workflow": "tidy", "rows": {"sheet": [{"Secret 9434765919": 1}]}}, "row 1 has 1 columns that are not known"),
        ({"workflow": "tidy", "files": {"sheet": {"name": "x.exe", "content": "QQ=="}}}, "must end with one of"),
        ({"workflow": "tidy", "files": {"sheet": {"name": "x.csv", "content": "!"}}}, "not base64"),
        ({"workflow": "tidy", "rows": [], "extra": "9434765919"}, "the body is not what is taken here"),
        ("9434765919", "the body is not what is taken here"),
        ({"workflow": "tidy", "rows": {"sheet": [{"fate": "fine"}]}, "params": {"none": 1}}, "parameters"),
    ],
)
def test_what_is_not_taken_is_told_without_what_was_sent(clerk: Program, sent: Any, said: str) -> None:
    answer = clerk.post("/jobs", sent)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert "9434765919" not in answer.text


def test_an_unknown_work_or_job_is_not_found(clerk: Program) -> None:
    assert clerk.post("/jobs", {"workflow": "other", "rows": {"sheet": []}}).status_code == 404
    assert clerk.get("/jobs/99").status_code == 404
    assert clerk.get(f"/jobs/{1 << 70}").status_code == 404
    assert clerk.get("/nowhere").status_code == 404
    assert clerk.browser.client.delete(f"{BASE}/jobs", headers=clerk.headers).status_code == 405


def test_jobs_and_cases_come_a_page_at_a_time(clerk: Program, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("jobs", "needing"):
        monkeypatch.setattr(f"rpa.console.api.{module}.PAGE", 2)
    for fates in (("nobody", "nobody", "nobody"), ("fine", "fine"), ("fine",)):
        clerk.post("/jobs", rows(office, *fates) | {"again": True})
    work(clerk.browser)

    jobs = clerk.get("/jobs").json()
    more = clerk.browser.client.get(jobs["next"], headers=clerk.headers).json()
    cases = clerk.get("/cases").json()
    rest = clerk.browser.client.get(cases["next"], headers=clerk.headers).json()

    assert [one["id"] for one in jobs["jobs"]] == [3, 2]
    assert ([one["id"] for one in more["jobs"]], more["next"]) == ([1], None)
    assert [one["id"] for one in cases["cases"]] == [1, 2]
    assert ([one["id"] for one in rest["cases"]], rest["next"]) == ([3], None)
    assert cases["cases"][0]["what_happened"] == "No patient has this number."


def test_a_case_is_decided_once(clerk: Program, office: Office) -> None:
    clerk.post("/jobs", rows(office, "nobody"))
    work(clerk.browser)

    first = clerk.post("/cases/1", {"way": "myself", "note": "by hand"})
    second = clerk.post("/cases/1", {"way": "myself", "note": "by hand"})

    assert (first.json(), second.json()) == ({"changed": True}, {"changed": False})
    assert clerk.browser.site.desk.views.item(1).state is ItemState.CANCELLED
    told = Trail(clerk.browser.site.desk.database).of_items([1])[-1]
    assert (told.actor.name, told.why) == ("Jo Clerk", "done by hand by hand")


def test_a_job_is_stopped(clerk: Program, office: Office) -> None:
    clerk.post("/jobs", rows(office, "fine", "fine"))

    assert clerk.post("/jobs/1/stop").json() == {"stopped": 2}
    assert clerk.get("/jobs/1").json()["totals"]["cancelled"] == 2


def test_a_program_sees_what_its_person_sees_and_no_more(clerk: Program, office: Office) -> None:
    clerk.post("/jobs", rows(office, "nobody"))
    work(clerk.browser)
    team = program(clerk.browser, "Tom Team", Role.REQUESTER, team="Bookings")
    other = program(clerk.browser, "Eve Elsewhere", Role.REQUESTER, team="Wards")

    assert team.get("/jobs/1").status_code == 200
    assert [other.get(path).status_code for path in ("/jobs/1", "/jobs/1/rows", "/jobs/1/results")] == [404] * 3
    assert other.post("/cases/1", {"way": "leave"}).status_code == 404
    assert other.post("/jobs/1/stop").status_code == 404
    assert other.get("/jobs").json() == {"jobs": [], "next": None}
    assert other.get("/cases").json() == {"cases": [], "next": None}
    assert "somebody whose jobs you don't see" in other.post("/jobs", rows(office, "nobody")).json()["detail"]


def test_a_token_acts_in_its_one_role_although_its_person_has_more(browser: Browser) -> None:
    both = program(browser, "Una Both", Role.REQUESTER, Role.OPERATOR)

    assert both.get("/jobs").status_code == 200
    answer = both.get("/systems")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "the token acts as requester, expected operator"


def test_each_role_comes_to_its_endpoints_and_to_no_others(browser: Browser) -> None:
    wrong = []
    for role in Role:
        mine = program(browser, f"The {role}", role)
        for one in ENDPOINTS:
            path = one.path.replace("{system}", "pas").replace("{job}", "1").replace("{case}", "1")
            answer = mine.get(path) if one.method == "GET" else mine.post(path, {})
            if (answer.status_code == 403) is (role in one.roles):
                wrong.append((role, one.name, answer.status_code))

    assert not wrong


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic eDp5"}])
def test_nobody_is_answered_without_a_token(browser: Browser, headers: dict[str, str]) -> None:
    for one in ENDPOINTS:
        path = one.path.replace("{system}", "pas").replace("{job}", "1").replace("{case}", "1")
        answer = browser.client.request(one.method, f"{BASE}{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_cookie_of_a_person_counts_for_nothing_at_the_api(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    assert browser.client.get(f"{BASE}/jobs").status_code == 401


def test_a_token_ends_by_time_by_hand_and_with_its_person_or_role(clerk: Program) -> None:
    site = clerk.browser.site
    whose = site.people.named("Jo Clerk")[0]  # type: ignore[index]
    ended = program(clerk.browser, "Jo Clerk", Role.REQUESTER)
    site.tokens.end(site.tokens.of(whose)[0].id, whose=whose, by=whose.actor)
    by_hand = ended.get("/jobs").status_code
    holds = clerk.get("/jobs").status_code
    site.people.let_out(whose, by=ADMIN)
    let_out = clerk.get("/jobs").status_code
    old = program(clerk.browser, "Sam Second", Role.REQUESTER)
    clerk.browser.clock.pass_by(seconds=30 * 86_400)

    assert (by_hand, holds, let_out, old.get("/jobs").status_code) == (401, 200, 401, 401)


def test_a_token_is_for_a_role_that_its_person_has_and_for_a_year_at_most(clerk: Program) -> None:
    site = clerk.browser.site
    whose = site.people.named("Jo Clerk")[0]  # type: ignore[index]

    with pytest.raises(UsageError, match="Jo Clerk is no operator"):
        site.tokens.make(whose, Role.OPERATOR, "extractor", days=1, by=whose.actor)
    with pytest.raises(UsageError, match="1 to 366 days"):
        site.tokens.make(whose, Role.REQUESTER, "extractor", days=367, by=whose.actor)
    with pytest.raises(UsageError, match="needs a name"):
        site.tokens.make(whose, Role.REQUESTER, " ", days=1, by=whose.actor)
    with pytest.raises(NotFoundError, match="no token 99"):
        site.tokens.end(99, whose=whose, by=whose.actor)


def test_of_a_token_only_its_digest_is_kept_and_each_change_names_it_in_the_record(
    clerk: Program, office: Office
) -> None:
    clerk.post("/jobs", rows(office, "fine"))

    desk = clerk.browser.site.desk
    told = Trail(desk.database).of_run(SYSTEM_RUN, names=["token.used"])[-1]
    files = [path.read_bytes() for path in desk.settings.dir.glob("rpa.db*")]
    assert (told.actor.name, told.facts) == ("Jo Clerk", {"token": 1, "name": "extractor", "what": "POST /jobs"})
    assert not any(clerk.secret.encode() in one for one in files)


def test_the_digital_teams_programs_see_problems_and_put_them_back(operator: Program, office: Office) -> None:
    clerk = program(operator.browser, "Jo Clerk", Role.REQUESTER)
    clerk.post("/jobs", rows(office, "nobody", "nobody"))
    work(operator.browser)

    found = operator.get("/problems").json()["problems"]
    cause = {"workflow": "tidy", "failure": "business", "code": "NO_MATCH", "why": "put right"}
    done = operator.post("/problems/retry", cause)
    doubtful = operator.post("/problems/retry", cause | {"failure": "in_doubt"})

    assert [(one["code"], one["items"]) for one in found] == [("NO_MATCH", 2)]
    assert done.json() == {"done": 2, "refused": []}
    assert doubtful.status_code == 422
    assert operator.get("/workers").json()["workers"] == []


def test_the_record_of_a_job_is_read_without_patients_details(browser: Browser, office: Office) -> None:
    auditor = program(browser, "Audrey Auditor", Role.AUDITOR)
    program(browser, "Jo Clerk", Role.REQUESTER).post("/jobs", rows(office, "fine"))
    work(browser)

    page = auditor.get("/record/1").json()

    assert [one["name"] for one in page["entries"]][-1] == "job.completed"
    assert office.numbers[0] not in str(page)
    assert (
        Trail(browser.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1].actor.name == "Audrey Auditor"
    )


def test_the_document_tells_of_every_endpoint_and_of_nothing_else(browser: Browser) -> None:
    document = browser.client.get(f"{BASE}/openapi.json").json()

    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert told == {(one.method, f"{BASE}{one.path}") for one in ENDPOINTS}
    assert document == openapi_document()
    assert document["openapi"].startswith("3.1")


def test_what_goes_wrong_on_our_side_is_told_without_a_patient(
    clerk: Program, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"no room for {office.numbers[0]}")

    monkeypatch.setattr(type(clerk.browser.site.desk), "submit", broken)

    answer = clerk.post("/jobs", rows(office, "fine"))

    assert answer.status_code == 500
    assert office.numbers[0] not in answer.text


def test_a_person_makes_and_ends_tokens_on_the_page_of_the_account(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/account")
    browser.send("/account", name="", role="operator", days="x")
    wrong = browser.text
    browser.send("/account", name="extractor", role="requester", days="30")
    assert browser.page is not None
    secret = browser.page.text.split('id="secret">')[1].split("<")[0]
    used = browser.client.get(f"{BASE}/jobs", headers={"Authorization": f"Bearer {secret}"}).status_code
    browser.open("/account")
    listed = (browser.text, secret in browser.page.text)
    browser.open("/account/tokens/1/end")
    browser.send("/account/tokens/1/end")

    for said in ("Enter a name", "Select the role", "Enter a number of days"):
        assert said in wrong
    assert used == 200
    assert "Name extractor Role requester" in listed[0]
    assert not listed[1]
    assert "The token has ended." in browser.text
    assert browser.client.get(f"{BASE}/jobs", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_nobody_ends_the_token_of_somebody_else(browser: Browser) -> None:
    program(browser, "Jo Clerk", Role.REQUESTER)
    browser.add("Eve Elsewhere", Role.REQUESTER)
    browser.sign_in("Eve Elsewhere")
    browser.open("/account")

    browser.send("/account/tokens/1/end")

    assert browser.status == 404
