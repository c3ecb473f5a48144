"""Who may come to which page, what may be sent from where, and what is said to everybody else."""

import html
import io
import re

import pytest
from starlette import formparsers
from starlette.routing import Route

from rpa.console import door
from rpa.console.app import PAGES, make_app, make_site
from rpa.console.door import Page
from rpa.db.console_tables import Role
from rpa.exceptions import RpaError
from tests.integration.console.conftest import OURS, PASSWORD, Browser, TestClient

WORDS = {"{secret}": "x", "{workflow}": "tidy", "{input}": "sheet", "{run}": "system", "{digest}": "0"}
ENDING = "/account/sessions/end"
GRID = [
    (path, method) for path, page in sorted(PAGES.items(), key=lambda one: one[0] == ENDING) for method in page.methods
]
"""Every address and method; last the one that signs somebody out."""


def address(path: str) -> str:
    for name, value in WORDS.items():
        path = path.replace(name, value)
    return re.sub(r"\{[a-z]+:int\}", "1", path)


@pytest.fixture
def everybody(browser: Browser) -> dict[Role, Browser]:
    made = {}
    for role in Role:
        browser.add(f"The {role}", role)
        made[role] = browser.another()
        made[role].sign_in(f"The {role}")
    return made


def test_every_page_opens_to_its_roles_and_to_no_others(everybody: dict[Role, Browser]) -> None:
    wrong = []
    for path, method in GRID:
        page = PAGES[path]
        if page.roles is None:
            continue
        for role, browser in everybody.items():
            token = re.search(r'name="token" value="([^"]*)"', browser.open("/people/new").text)
            sent = {"token": token[1] if token else ""}
            answer = browser.client.request(method, address(path), data=sent if method == "POST" else None,
                                            headers=OURS, follow_redirects=False)  # fmt: skip
            refused = answer.status_code == 403 and "You can't see this page" in answer.text
            if refused is (role in page.roles):
                wrong.append((path, method, role, answer.status_code))

    assert not wrong


def test_nobody_comes_to_a_page_without_signing_in(browser: Browser) -> None:
    let_in = []
    for path, method in GRID:
        answer = browser.client.request(method, address(path), headers=OURS, follow_redirects=False)
        turned_away = answer.headers.get("location") == "/sign-in" if method == "GET" else answer.status_code == 403
        if PAGES[path].roles is not None and not turned_away:
            let_in.append((path, method))

    assert not let_in


def test_every_address_of_the_application_is_in_the_table(browser: Browser) -> None:
    app = make_app(browser.site)
    while not hasattr(app, "routes"):
        app = next(value for name, value in vars(app).items() if name in ("app", "_app"))

    assert {one.path for one in app.routes if isinstance(one, Route)} == set(PAGES)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[half"},
        {},
    ],
)
def test_a_change_that_comes_from_elsewhere_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)

    answer = browser.client.post("/sign-in", data={"name": "Jo Clerk", "password": PASSWORD}, headers=headers)

    assert answer.status_code == 403
    assert "This did not come from a page of ours" in answer.text


def test_an_old_browser_that_says_its_origin_is_let_in(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)

    answer = browser.client.post("/sign-in", data={"name": "Jo Clerk", "password": PASSWORD},
                                 headers={"Origin": "http://127.0.0.1:8000"})  # fmt: skip

    assert answer.url.path == "/"


def test_a_form_without_the_token_of_the_session_is_not_taken(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")

    browser.page = browser.client.post("/people/new", data={"name": "Eve", "role": "admin"}, headers=OURS)

    assert browser.status == 403
    assert "This page was open too long What you entered was not sent" in browser.text
    assert [one.name for one in browser.site.people.all()] == ["Ada Admin"]


def test_nobody_is_operator_and_auditor(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    browser.open("/people/new")

    browser.send("/people/new", name="Both", role=["operator", "auditor"])

    assert browser.status == 422
    assert "auditors look at operators" in browser.text


def test_what_is_not_there_says_so(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    for path in (
        "/nowhere",
        "/jobs/77",
        "/jobs/99999999999999999999",
        f"/jobs/{'9' * 5_000}",
        "/uploads/5",
        "/start/nothing",
    ):
        browser.open(path)
        assert browser.status == 404
        assert "We can't find that" in html.unescape(browser.text)


def test_an_error_of_ours_shows_a_reference_and_nothing_of_a_patient(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    def break_down(*_: object, **__: object) -> None:
        raise RpaError("Mrs Invented-Name, 999 000 0018")

    monkeypatch.setattr("rpa.console.job_list.waiting_cases", break_down)
    browser.open("/jobs")

    assert browser.status == 500
    assert re.search(r"Nothing was lost\. Reference [0-9A-F]{6}\.", browser.text)
    assert "Invented" not in browser.text


def test_after_an_error_whoever_has_sent_something_is_told_to_look_first(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    browser.open("/people/new")

    def break_down(*_: object, **__: object) -> None:
        raise RpaError("the database went away")

    monkeypatch.setattr(browser.site.links, "for_person", break_down)
    browser.send("/people/new", name="Jo Clerk", role="requester")

    assert browser.status == 500
    assert "Part of what you sent may be done. Look before you send it again." in browser.text
    assert "Jo Clerk" in [one.name for one in browser.site.people.all()]


def test_a_database_that_is_away_is_told_in_words_too(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("Mrs Invented-Name")

    monkeypatch.setattr(type(browser.site.sessions), "find", break_down)
    browser.open("/jobs")

    assert browser.status == 500
    assert "Something went wrong on our side" in browser.text
    assert "Invented" not in browser.text


def test_headers_let_the_browser_load_and_run_nothing_of_elsewhere(browser: Browser) -> None:
    first, second = browser.open("/sign-in"), browser.open("/sign-in")

    policy = first.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert policy != second.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in first.headers


@pytest.mark.parametrize("path", ["/nowhere", "/assets/nothing.css", "/sign-out"])
def test_every_answer_bears_the_headers(browser: Browser, path: str) -> None:
    answer = browser.client.get(path)

    assert answer.status_code >= 400
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}


def test_an_encrypted_site_has_a_cookie_that_no_other_host_can_set(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    site = make_site(browser.site.desk, is_secure=True)

    answer = TestClient(make_app(site), base_url="https://desk.example").post(
        "/sign-in", data={"name": "Jo Clerk", "password": PASSWORD}, headers=OURS, follow_redirects=False
    )

    assert answer.headers["set-cookie"].startswith("__Host-desk=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_a_page_is_small_on_the_wire(browser: Browser) -> None:
    wanted = ("/sign-in", "/assets/nhsuk.css", "/assets/nhsuk.js", "/static/console.css", "/static/page.js")

    sizes = {path: browser.client.get(path).num_bytes_downloaded for path in wanted}

    assert sum(sizes.values()) < 60_000, sizes


def test_an_address_with_a_stroke_at_its_end_leads_to_no_host_that_the_request_names(browser: Browser) -> None:
    for path in ("/sign-in/", "/api/v1/jobs/", "/health/live/"):
        answer = browser.client.get(path, headers={"Host": "elsewhere.example"}, follow_redirects=False)

        assert (answer.status_code, "location" in answer.headers) == (404, False), path


def test_a_page_tells_its_methods() -> None:
    assert Page(take=PAGES["/sign-out"].take).methods == ["POST"]


@pytest.mark.parametrize("path", ["/start/tidy", "/sign-in", "/set-up/x"])
def test_a_file_of_nobody_is_put_nowhere(browser: Browser, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[io.BytesIO] = []

    def made(**_: object) -> io.BytesIO:
        put.append(io.BytesIO())
        return put[-1]

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", made)

    answer = browser.client.post(path, files={"sheet": ("list.csv", b"x" * 3_000_000)}, headers=OURS)

    assert answer.status_code in {400, 403}
    assert "What you entered was not sent" in answer.text
    assert put == []


def test_whoever_asks_for_too_many_pages_waits_and_nobody_else_does(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Jo Clerk", "Eve Other"):
        browser.add(name, Role.REQUESTER)
    monkeypatch.setattr(door, "MOST_PAGES", 20)
    wild = browser.another()
    other = wild.another()
    other.client.app = wild.client.app  # two browsers of one console
    for one, name in ((wild, "Jo Clerk"), (other, "Eve Other")):
        one.sign_in(name)
    while wild.open("/account").status_code == 200:
        pass

    assert wild.status == 429
    assert wild.page is not None and 0 < int(wild.page.headers["retry-after"]) <= 60
    assert "Wait a minute" in wild.text
    assert other.open("/account").status_code == 200
    wild.clock.pass_by(seconds=60)
    assert wild.open("/account").status_code == 200
