"""The API: what programs do with tokens, as whom, and what they are told when something is not done."""

import base64
import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from loguru import logger
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from rpa.audit import Trail
from rpa.console.api.document import openapi_document
from rpa.console.api.table import BASE, ENDPOINTS, NAMES
from rpa.console.app import make_app
from rpa.console.pace import MOST
from rpa.db.console_tables import Role
from rpa.db.tables import item
from rpa.states import Failure
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADDRESS, ADMIN, Browser, TestClient, work

Json = Mapping[str, Any]


class Program:
    """A program of the trust with a token."""

    def __init__(self, browser: Browser, name: str = "Jo Clerk", role: Role = Role.REQUESTER) -> None:
        self.browser = browser
        known = browser.site.people.named(name)
        whose = known[0] if known else browser.site.people.add(name, [role], by=ADMIN)
        secret = browser.site.tokens.make(whose, role, "pharmacy", days=9, by=whose.actor)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str) -> Any:
        return self.browser.client.get(path if path.startswith("/api") else BASE + path, headers=self.headers)

    def post(self, path: str, body: Json | None = None, **headers: str) -> Any:
        return self.browser.client.post(BASE + path, json=body, headers={**self.headers, **headers})


def rows(office: Office, *fates: str) -> Json:
    listed = [{"NHS number": number, "fate": fate, "Priority": "Routine"}
              for number, fate in zip(office.numbers, fates, strict=False)]  # fmt: skip
    return {"workflow": "tidy", "rows": {"sheet": listed}}


def test_a_program_starts_a_job_of_rows_follows_it_and_fetches_its_results(
    on_each_database: Browser, office: Office
) -> None:
    program = Program(on_each_database)

    started = program.post("/jobs", rows(office, "fine", "nobody", "fine"))
    work(on_each_database)

    assert (started.status_code, started.json()["requested_by"]) == (201, "Jo Clerk")
    totals = program.get("/jobs/1").json()["totals"]
    assert (totals["rows_in"], totals["completed"], totals["failed"]) == (3, 2, 1)
    told = program.get("/jobs/1/rows").json()["rows"]
    assert [(one["row"], one["input"], one["title"]) for one in told] == [(row, "sheet", "Sheet") for row in (2, 3, 4)]
    assert [one["id"] for one in program.get("/jobs").json()["jobs"]] == [1]
    results = program.get("/jobs/1/results")
    assert results.status_code == 200
    assert "attachment" in results.headers["content-disposition"]


def test_a_program_sends_a_spreadsheet(browser: Browser, office: Office) -> None:
    content = base64.b64encode(office.list("fine", "fine").read_bytes()).decode()

    made = Program(browser).post(
        "/jobs", {"workflow": "tidy", "files": {"sheet": {"name": "a.csv", "content": content}}}
    )

    assert (made.status_code, made.json()["rows"]) == (201, 2)


def test_the_same_rows_are_one_job_and_a_key_makes_one_even_of_what_is_done_again(
    on_each_database: Browser, office: Office
) -> None:
    program, sent = Program(on_each_database), rows(office, "fine")
    anew = {**sent, "again": True}

    answers = [program.post("/jobs", sent), program.post("/jobs", sent)]
    keyed = [program.post("/jobs", anew, **{"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [(one.status_code, one.json()["id"]) for one in (*answers, *keyed)] == [(201, 1), (200, 1), (201, 2),
                                                                                   (200, 2)]  # fmt: skip
    other = program.post("/jobs", sent, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert "something else was sent under this Idempotency-Key" in other.json()["detail"]


def test_what_two_send_under_one_key_at_once_is_one_job(
    on_each_database: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, anew = Program(on_each_database), {**rows(office, "fine"), "again": True}
    program.post("/jobs", anew, **{"Idempotency-Key": "k1"})

    # The second has looked before the first was there.
    monkeypatch.setattr("rpa.console.api.repeating.Repeated.before", lambda _self: None)
    second = program.post("/jobs", anew, **{"Idempotency-Key": "k1"})

    assert (second.status_code, second.json()["id"]) == (200, 1)


def test_a_job_is_stopped(browser: Browser, office: Office) -> None:
    program = Program(browser)
    program.post("/jobs", rows(office, "fine", "fine"))

    assert program.post("/jobs/1/stop").json() == {"stopped": 2}
    assert program.post("/jobs/1/stop").json() == {"stopped": 0}


def test_a_case_is_listed_and_decided_about_once(browser: Browser, office: Office) -> None:
    program = Program(browser)
    program.post("/jobs", rows(office, "nobody", "nobody"))
    work(browser)

    listed = program.get("/cases").json()["cases"]
    first = program.post(f"/cases/{listed[0]['id']}", {"way": "leave", "note": "moved away"})
    second = program.post(f"/cases/{listed[0]['id']}", {"way": "back"})

    assert [one["code"] for one in listed] == ["NO_MATCH", "NO_MATCH"]
    assert "No patient has this number" in listed[0]["what_happened"]
    assert (first.json(), second.json()) == ({"changed": True}, {"changed": False})
    assert len(program.get("/cases").json()["cases"]) == 1


def test_a_program_is_told_what_a_person_did_with_a_row_as_the_results_say_it(
    on_each_database: Browser, office: Office
) -> None:
    program = Program(on_each_database)
    program.post("/jobs", rows(office, "nobody", "nobody", "nobody"))
    work(on_each_database)
    program.post("/cases/1", {"way": "myself", "note": "seen in the clinic"})
    program.post("/cases/2", {"way": "leave", "note": "moved away."})

    first, second, third = program.get("/jobs/1/rows").json()["rows"]

    assert (first["outcome"], second["outcome"], third["outcome"]) == ("Done by hand", "Left out", "Needs you")
    assert first["said"].startswith("Jo Clerk did this by hand on ")
    assert second["said"].startswith("Jo Clerk left this out on ")
    assert second["said"].endswith(": moved away.")
    totals = program.get("/jobs/1").json()["totals"]
    assert (totals["cancelled"], totals["by_hand"], totals["put_aside"]) == (2, 1, 1)
    book = load_workbook(io.BytesIO(program.get("/jobs/1/results").content)).worksheets[0]
    told = [row[3:5] for row in book.iter_rows(min_row=2, max_row=3, values_only=True)]
    assert told == [(one["outcome"], one["said"]) for one in (first, second)]
    by_hand = program.get("/jobs/1/rows?show=by-hand").json()["rows"]
    assert [one["row"] for one in by_hand] == [first["row"]]


def test_a_case_goes_back_to_the_robot_with_the_right_value(browser: Browser, office: Office) -> None:
    program = Program(browser)
    program.post("/jobs", rows(office, "nobody"))
    work(browser)
    (case,) = program.get("/cases").json()["cases"]

    wrong = program.post(f"/cases/{case['id']}", {"way": "value", "values": {"nhs_number": "1234567890"}})
    right = program.post(f"/cases/{case['id']}", {"way": "value", "values": {"fate": "fine"}})
    work(browser)

    assert (wrong.status_code, "1234567890" in wrong.text, "nhs_number" in wrong.text) == (422, False, True)
    assert right.json() == {"changed": True}
    assert program.get("/jobs/1").json()["totals"]["failed"] == 0
    assert program.get("/cases").json()["cases"] == []


def test_pages_lead_on_by_next_until_there_is_no_more(
    browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("jobs", "needing"):
        monkeypatch.setattr(f"rpa.console.api.{module}.PAGE", 2)
    monkeypatch.setattr("rpa.console.rows.PAGE", 2)
    program, ways = Program(browser), {"/jobs": "jobs", "/cases": "cases", "/jobs/1/rows": "rows"}
    program.post("/jobs", rows(office, *["nobody"] * 5))
    for _ in range(4):
        program.post("/jobs", {**rows(office, "fine"), "again": True})
    work(browser)

    found = {}
    for address, kind in ways.items():
        page = program.get(address).json()
        sizes = [len(page[kind])]
        while page["next"]:
            page = program.get(page["next"]).json()
            sizes.append(len(page[kind]))
        found[address] = sizes

    assert found == {"/jobs": [2, 2, 1], "/cases": [2, 2, 1], "/jobs/1/rows": [2, 2, 1]}


def test_a_program_sees_the_jobs_of_its_persons_team_alone(browser: Browser, office: Office) -> None:
    Program(browser).post("/jobs", rows(office, "nobody"))
    work(browser)
    stranger, operator = Program(browser, "Eve Other"), Program(browser, "Opal", Role.OPERATOR)

    for path in ("/jobs/1", "/jobs/1/rows", "/jobs/1/results"):
        assert stranger.get(path).status_code == 404
        assert operator.get(path).status_code == 200
    assert stranger.post("/jobs/1/stop").status_code == 404
    assert stranger.post("/cases/1", {"way": "leave"}).status_code == 404
    assert stranger.get("/jobs").json()["jobs"] == []
    assert stranger.get("/cases").json()["cases"] == []
    assert stranger.post("/jobs", rows(office, "nobody")).status_code == 422


def test_causes_are_listed_and_all_their_rows_retried(browser: Browser, office: Office) -> None:
    operator = Program(browser, "Opal", Role.OPERATOR)
    operator.post("/jobs", rows(office, "nobody", "nobody"))
    work(browser)

    (cause,) = operator.get("/problems").json()["problems"]
    sent = {"workflow": "tidy", "failure": "business", "code": "NO_MATCH", "why": "the list was put right"}

    assert (cause["items"], cause["code"]) == (2, "NO_MATCH")
    assert operator.post("/problems/retry", sent).json() == {"done": 2, "refused": []}
    assert operator.get("/problems").json()["problems"] == []


def test_the_rows_of_a_job_are_retried_and_those_in_doubt_only_when_somebody_has_looked(
    browser: Browser, office: Office
) -> None:
    program = Program(browser)
    program.post("/jobs", rows(office, "nobody", "fine", "nobody"))
    work(browser)
    with browser.site.desk.database.transaction() as connection:  # one of which nobody knows whether it wrote
        connection.execute(update(item).where(item.c.id == 3).values(failure=Failure.IN_DOUBT))

    stranger = Program(browser, "Eve Other").post("/jobs/1/retry", {"why": "not mine"})
    plain = program.post("/jobs/1/retry", {"why": "the list was put right"}).json()
    doubtful = program.post("/jobs/1/retry", {"why": "I have looked", "also_doubtful": True}).json()

    assert stranger.status_code == 404
    assert (plain, doubtful) == ({"done": 1, "refused": []}, {"done": 1, "refused": []})
    told = Trail(browser.site.desk.database).of_run("job-1", names=["item.retried"])
    assert [(one.actor.name, one.why) for one in told] == [
        ("Jo Clerk", "the list was put right"),
        ("Jo Clerk", "I have looked"),
    ]


def test_what_is_known_of_a_cause_is_noted_and_cleared(browser: Browser, office: Office) -> None:
    operator = Program(browser, "Opal", Role.OPERATOR)
    operator.post("/jobs", rows(office, "nobody"))
    work(browser)
    cause = {"workflow": "tidy", "failure": "business", "code": "NO_MATCH"}

    noted = operator.post("/problems/note", {**cause, "note": "the index is rebuilt", "link": "https://t.example/1"})
    known = operator.get("/problems").json()["problems"][0]["known"]
    wrong = operator.post("/problems/note", {**cause, "note": "it is", "link": "tickets"})
    other = operator.post("/problems/note", {**cause, "code": "NONSENSE", "note": "it is"})
    cleared = [operator.post("/problems/note", cause).json() for _ in range(2)]

    assert noted.json() == {"changed": True}
    assert (known["text"], known["link"], known["noted_by"]) == ("the index is rebuilt", "https://t.example/1", "Opal")
    assert (wrong.status_code, other.status_code) == (422, 404)
    assert cleared == [{"changed": True}, {"changed": False}]
    assert operator.get("/problems").json()["problems"][0]["known"] is None


def test_the_record_of_a_job_is_read_without_patients_details_and_that_is_recorded(
    browser: Browser, office: Office
) -> None:
    Program(browser).post("/jobs", rows(office, "fine"))
    work(browser)

    answer = Program(browser, "Audrey", Role.AUDITOR).get("/record/1")

    entries = answer.json()["entries"]
    assert entries[0]["name"] == "job.submitted"
    assert "change.made" in {one["name"] for one in entries}
    assert office.numbers[0] not in answer.text
    assert Trail(browser.site.desk.database).of_run("system", names=["record.read"])[-1].actor.name == "Audrey"


def test_the_record_says_by_which_token_something_was_changed(browser: Browser, office: Office) -> None:
    program = Program(browser)
    program.post("/jobs", rows(office, "fine"))
    program.get("/jobs")
    program.get("/jobs/1/results")

    told = Trail(browser.site.desk.database).of_run("system", names=["token.used"])

    assert [(one.actor.name, one.facts["name"], one.facts["what"]) for one in told] == [
        ("Jo Clerk", "pharmacy", "POST /jobs"),
        ("Jo Clerk", "pharmacy", "GET /jobs/{job}/results"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_every_address_opens_to_its_roles_and_to_no_others(browser: Browser, role: Role) -> None:
    program = Program(browser, f"The {role}", role)
    wrong = []
    for one in ENDPOINTS:
        path = re.sub(r"\{\w+\}", lambda name: "x" if name[0][1:-1] in NAMES else "1", one.path)
        answer = browser.client.request(one.method, BASE + path, headers=program.headers)
        if (answer.status_code == 403) is (role in one.roles):
            wrong.append((one.method, path, answer.status_code))

    assert not wrong


def test_nobody_comes_in_without_a_token_and_no_cookie_counts(browser: Browser) -> None:
    browser.add("Opal", Role.OPERATOR)
    browser.sign_in("Opal")

    for one in ENDPOINTS:
        path = re.sub(r"\{\w+\}", lambda name: "x" if name[0][1:-1] in NAMES else "1", one.path)
        for headers in ({}, {"Authorization": "Bearer rpa_guessed"}, {"Authorization": "Basic x"}):
            answer = browser.client.request(one.method, BASE + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"


def test_what_is_not_taken_says_what_was_found_and_repeats_nothing_of_it(browser: Browser, office: Office) -> None:
    program = Program(browser)
    patient = "Mrs Invented-Name"
    bodies: list[Json] = [
        {},
        {"workflow": "tidy", patient: 1},
        {"workflow": "tidy", "rows": {"sheet": [{patient: "1"}]}},
        {"workflow": "tidy", "rows": {patient: []}},
        {"workflow": "tidy", "rows": {"sheet": patient}},
        {"workflow": "tidy", "files": {"sheet": {"name": "a.exe", "content": ""}}},
        {"workflow": "tidy", "files": {"sheet": {"name": "a.csv", "content": patient}}},
        {**rows(office, "fine"), "workflow": "a\u0000b"},
    ]

    for body in bodies:
        answer = program.post("/jobs", body)
        told = answer.json()
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert told["title"] == "Not taken"
        assert "expected" in told["detail"]
        assert patient not in answer.text
    assert program.get("/jobs").json()["jobs"] == []


def test_a_mistyped_name_in_the_address_is_told_and_not_passed_over(browser: Browser) -> None:
    answer = Program(browser).get("/jobs?befor=3")

    assert (answer.status_code, "expected before" in answer.json()["detail"]) == (422, True)
    assert "befor=" not in answer.text


def test_what_is_not_there_is_told_as_a_problem(browser: Browser) -> None:
    program = Program(browser)

    for path in ("/jobs/77", "/nothing", "/jobs/x", "/jobs/9999999999999999999999", f"/jobs/{'9' * 5_000}"):
        answer = program.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert program.post("/jobs/1").status_code == 405
    assert program.get("/jobs?before=" + "9" * 5_000).status_code == 422


def test_a_database_that_is_away_is_told_as_a_problem_and_logged(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, lines = Program(browser), list[str]()

    def break_down(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("Mrs Invented-Name"))

    monkeypatch.setattr(browser.site.tokens, "find", break_down)
    sink = logger.add(lambda line: lines.append(str(line)), format="{message}", level="ERROR")
    answer = program.get("/jobs")
    logger.remove(sink)

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "Invented" not in answer.text
    assert any("api request ended by OperationalError" in one for one in lines)


@pytest.mark.parametrize("says_its_size", [True, False])
def test_what_is_too_large_is_told_as_a_problem(browser: Browser, says_its_size: bool) -> None:
    client = TestClient(make_app(browser.site, max_upload=1_000), base_url=ADDRESS)
    part = b"x" * (1 << 20)

    answer = client.post(
        f"{BASE}/jobs", content=part * 3 if says_its_size else iter([part] * 3), headers=Program(browser).headers
    )

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "expected a spreadsheet of the usual size" in answer.json()["detail"]


def test_an_error_of_ours_tells_nothing_of_a_patient(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ValueError("Mrs Invented-Name, 999 000 0018")

    monkeypatch.setattr("rpa.console.api.jobs.told", break_down)
    monkeypatch.setattr("rpa.console.api.jobs.names_seen", break_down)
    answer = Program(browser).get("/jobs")

    assert answer.status_code == 500
    assert "Invented" not in answer.text


def test_a_program_that_asks_too_often_waits_and_no_other_does(browser: Browser) -> None:
    wild, other = Program(browser), Program(browser, "Eve Other")
    answers = [wild.get("/workflows").status_code for _ in range(MOST)]

    refused = wild.get("/workflows")

    assert set(answers) == {200}
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert other.get("/workflows").status_code == 200
    browser.clock.pass_by(seconds=60)
    assert wild.get("/workflows").status_code == 200


def test_the_document_has_every_address_that_answers(browser: Browser) -> None:
    document = browser.client.get(f"{BASE}/openapi.json").json()

    there = {(method.upper(), path) for path, some in document["paths"].items() for method in some}
    assert document["openapi"] == "3.1.0"
    assert there == {(one.method, BASE + one.path) for one in ENDPOINTS}
    assert document == openapi_document()
