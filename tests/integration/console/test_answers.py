"""What is true of each answer of the console, whichever page it is."""

from rpa.db.console_tables import Role
from tests.integration.console.conftest import ADMIN, OURS, Browser, TestClient
from tests.walk import House

ELSEWHERE = "https://elsewhere.example"


def test_every_answer_says_what_it_is_and_tells_no_other_site_or_leads_there(house: House, client: TestClient) -> None:
    wrong = []
    for stop in house.stops():
        house.let_in(client.cookies, stop)
        answer = client.get(stop.address, headers={"Origin": ELSEWHERE}, follow_redirects=False)
        kind = answer.headers.get("content-type", "")
        if answer.content and (not kind or (kind.startswith("text/") and "charset=utf-8" not in kind.lower())):
            wrong.append((stop.path, kind))
        if [name for name in answer.headers if name.startswith("access-control-")]:
            wrong.append((stop.path, "may be read by other sites"))
        if answer.headers["referrer-policy"] != "same-origin" or answer.headers["x-content-type-options"] != "nosniff":
            wrong.append((stop.path, "may be told of, or guessed at"))
        framed = "'self'" if stop.path.startswith("/trace-viewer/") else "'none'"
        if f"frame-ancestors {framed}" not in answer.headers["content-security-policy"]:
            wrong.append((stop.path, "may stand in a frame"))
        if not answer.headers.get("location", "/").startswith("/"):
            wrong.append((stop.path, answer.headers["location"]))

    assert not wrong


def test_every_page_of_somebody_who_is_signed_in_lets_him_sign_out(house: House, client: TestClient) -> None:
    lacking = []
    for stop in (one for one in house.stops() if one.is_ours and one.is_page and one.name):
        house.let_in(client.cookies, stop)
        answer = client.get(stop.address, follow_redirects=False)
        if answer.status_code == 200 and 'action="/sign-out"' not in answer.text:
            lacking.append(stop.path)

    assert set(lacking) <= {"/sign-in/code", "/sign-in/set-up-codes"}  # there nobody is in yet


def test_a_value_counts_only_where_it_belongs(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/start")
    token = browser.token()

    by_address = browser.client.post(f"/start?token={token}&workflow=tidy", headers=OURS, follow_redirects=False)
    by_cookie = browser.client.post("/start", data={"workflow": "tidy"}, headers={**OURS, "Cookie": f"token={token}"})
    twice = browser.client.post("/start", data={"token": ["forged", token], "workflow": ["tidy", "nothing"]},
                                headers=OURS, follow_redirects=False)  # fmt: skip

    assert [by_address.status_code, by_cookie.status_code] == [403, 403]
    assert twice.headers.get("location", "/start/tidy") != "/start/nothing"


def test_a_new_console_has_nobody_in_it(browser: Browser) -> None:
    assert browser.site.people.all() == []
    for name in ("admin", "root", "rpa", ""):
        browser.sign_in(name, "admin")
        assert browser.status == 401


def test_what_lets_somebody_in_can_not_be_guessed(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    person = browser.site.people.all()[0]
    made = [
        *(browser.site.tokens.make(person, Role.REQUESTER, "pharmacy", days=1, by=person.actor) for _ in range(20)),
        *(browser.site.links.for_person(person, by=ADMIN) for _ in range(20)),
    ]
    for _ in range(20):
        browser.client.cookies.clear()
        browser.sign_in("Jo Clerk")
        made.append(browser.client.cookies["desk"])
    seeds = [browser.site.people.begin_codes(person)]

    assert len(set(made)) == 60
    assert all(len(one) >= 32 for one in made)  # letters that bear 6 bits each
    assert all(len(one) >= 32 for one in seeds)  # and 5 bits
