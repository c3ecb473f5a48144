"""Signing in and out: passwords, one-time codes, links that work once, and sessions that can be ended."""

import pytest

from rpa.console import passwords
from rpa.console.sessions import IDLE, LONGEST
from rpa.console.tries import MOST, WITHIN
from rpa.db.console_tables import Role, console_session
from tests.integration.console.conftest import OURS, PASSWORD, Browser

WRONG = "The name or the password is not right"


def test_first_admin_comes_by_a_link_that_works_once(on_each_database: Browser) -> None:
    browser = on_each_database
    secret = browser.site.links.for_first_admin()
    browser.open(f"/set-up/{secret}")

    browser.send(f"/set-up/{secret}", name="Ada Admin", password=PASSWORD, again=PASSWORD)

    assert browser.path == "/sign-in"
    browser.sign_in("Ada Admin")
    assert browser.path == "/"
    assert "You see no patient data" in browser.text
    browser.open(f"/set-up/{secret}")
    assert browser.status == 404
    assert "This link holds no longer" in browser.text
    assert "ask whoever gave it to you for a new one. Sign in" in browser.text
    assert browser.site.links.for_first_admin() is None


def test_an_admin_adds_a_person_who_chooses_a_password_by_a_link(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    browser.open("/people/new")
    browser.send("/people/new", name="Jo Clerk", team="Bookings", role="requester")
    link = next(one for one in browser.text.split() if "/set-up/" in one)
    other = browser.another()

    other.open(link)
    other.send(link, password=PASSWORD, again=PASSWORD)
    other.sign_in("Jo Clerk")

    assert other.path == "/"
    assert "You have no jobs yet" in other.text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "too short"),
        (PASSWORD, f"{PASSWORD}!", "not the same"),
        ("qwerty123456", "qwerty123456", "Many people have this passphrase"),
        ("ada-Admin-2026", "ada-Admin-2026", "made of names that others know"),
        ("This Trust 1948", "This Trust 1948", "made of names that others know"),
    ],
)
def test_a_weak_or_mistyped_password_is_not_taken(browser: Browser, password: str, again: str, said: str) -> None:
    secret = browser.site.links.for_first_admin()
    browser.open(f"/set-up/{secret}")

    browser.send(f"/set-up/{secret}", name="Ada Admin", password=password, again=again)

    assert browser.status == 422
    assert said in browser.text
    assert browser.page is not None
    assert f'value="{password}"' not in browser.page.text
    browser.send(f"/set-up/{secret}", name="Ada Admin", password=PASSWORD, again=PASSWORD)
    assert browser.path == "/sign-in"


def test_an_old_link_holds_no_longer(browser: Browser) -> None:
    secret = browser.site.links.for_first_admin()

    browser.clock.pass_by(hours=25)
    browser.open(f"/set-up/{secret}")

    assert browser.status == 404


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)

    said = []
    for name in ("Jo Clerk", "Nobody Atall"):
        browser.sign_in(name, "something else entirely")
        said.append((browser.status, WRONG in browser.text))

    assert said == [(401, True), (401, True)]


def test_after_too_many_tries_even_the_right_password_waits(on_each_database: Browser) -> None:
    browser = on_each_database
    browser.add("Jo Clerk", Role.REQUESTER)
    for _ in range(MOST):
        browser.sign_in("Jo Clerk", "something else entirely")

    browser.sign_in("jo  CLERK")

    assert browser.status == 429
    browser.clock.pass_by(seconds=WITHIN.total_seconds() + 1)
    browser.sign_in("Jo Clerk")
    assert browser.path == "/"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.APPROVER, Role.AUDITOR, Role.ADMIN])
def test_privileged_roles_need_one_time_codes(browser: Browser, role: Role) -> None:
    browser.add("Pat Privileged", role)
    browser.open("/sign-in")

    browser.send("/sign-in", name="Pat Privileged", password=PASSWORD)

    assert browser.path == "/sign-in/set-up-codes"
    browser.open("/")
    assert browser.path == "/sign-in/set-up-codes"


def test_a_code_is_taken_once(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    other = browser.another()
    other.open("/sign-in")
    other.send("/sign-in", name="Ada Admin", password=PASSWORD)
    code = other.code("Ada Admin")
    other.send("/sign-in/code", code=code)
    third = browser.another()
    third.open("/sign-in")
    third.send("/sign-in", name="Ada Admin", password=PASSWORD)

    third.send("/sign-in/code", code=code)

    assert other.path == "/"
    assert third.status == 401
    assert "used before" in third.text


def test_guessed_codes_are_counted_like_passwords(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    other = browser.another()
    other.open("/sign-in")
    other.send("/sign-in", name="Ada Admin", password=PASSWORD)

    for _ in range(MOST):
        other.send("/sign-in/code", code="000000")
    other.send("/sign-in/code", code=other.code("Ada Admin"))

    assert other.status == 429


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.open("/sign-in")
    browser.send("/sign-in", name="Ada Admin", password=PASSWORD)
    half = browser.client.cookies["desk"]
    browser.sign_in("Ada Admin")
    whole = browser.client.cookies["desk"]

    browser.sign_out()

    assert half != whole
    assert "Success You have signed out" in browser.text
    for kept in (half, whole):
        browser.client.cookies.set("desk", kept)
        assert browser.open("/people").url.path == "/sign-in"


@pytest.mark.parametrize("hours", [IDLE.total_seconds() / 3600, LONGEST.total_seconds() / 3600])
def test_a_session_ends_when_it_is_not_used_and_after_a_day_of_work(browser: Browser, hours: float) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    for _ in range(int(hours)):  # used all the time, where it may be used for hours
        for _ in range(4):
            browser.clock.pass_by(minutes=15)
            browser.open("/")
    browser.clock.pass_by(minutes=31 if hours < 1 else 1)
    browser.open("/")

    assert browser.path == "/sign-in"
    assert "Important You are not signed in any more: your time was over" in browser.text


def test_only_the_digest_of_a_session_is_kept(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    with browser.site.desk.database.reading() as connection:
        kept = str(connection.execute(console_session.select()).all())

    assert browser.client.cookies["desk"] not in kept


def test_a_new_password_ends_what_was_signed_in_with_the_old_one(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    person = browser.site.people.all()[0]

    browser.site.people.choose_password(person, "another horse battery")

    assert browser.open("/").url.path == "/sign-in"


def test_letting_somebody_out_ends_what_he_is_signed_in_with(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.add("Jo Clerk", Role.REQUESTER)
    other = browser.another()
    other.sign_in("Jo Clerk")
    browser.sign_in("Ada Admin")
    browser.open("/people/2/let-out")

    browser.send("/people/2/let-out", {"was-roles": "requester"})

    assert "was let out" in browser.text
    assert other.open("/").url.path == "/sign-in"
    other.sign_in("Jo Clerk")
    assert WRONG in other.text
    browser.open("/people/1/let-out")
    browser.send("/people/1/let-out", {"was-roles": "admin"})
    assert "Nobody lets himself out" in browser.text


def test_a_forgotten_password_is_chosen_anew_by_a_link(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Ada Admin")
    browser.open("/people/2")
    browser.send("/people/2", what="link")
    link = next(one for one in browser.text.split() if "/set-up/" in one)
    other = browser.another()

    other.open(link)
    other.send(link, password="another horse battery", again="another horse battery")
    other.sign_in("Jo Clerk", "another horse battery")

    assert other.path == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_hosts(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)

    answer = browser.client.post(
        "/sign-in", data={"name": "Jo Clerk", "password": PASSWORD}, headers=OURS, follow_redirects=False
    )

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_who_signed_in_is_in_the_record_and_no_password_is(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk", "something else entirely")
    browser.sign_in("Jo Clerk")

    with browser.site.desk.database.reading() as connection:
        said = b"".join(connection.exec_driver_sql("SELECT body FROM event").scalars())

    for name in (b"person.added", b"person.password_chosen", b"person.refused", b"person.signed_in"):
        assert name in said
    assert b"horse" not in said
    assert b"entirely" not in said


def test_a_password_is_kept_as_argon2id_at_its_full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    kept = passwords.stored_form(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.fits(PASSWORD, kept)
    assert not passwords.fits(f"{PASSWORD} ", kept)
    assert not passwords.fits(PASSWORD, None)
