"""Signing in and out: passwords, one-time codes, links that work once, and sessions that can be ended."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from rpa.audit import Trail
from rpa.console import passwords, signing_in
from rpa.console.people import Person
from rpa.console.sessions import IDLE, LONGEST
from rpa.console.tries import MOST, PASSPHRASE, WITHIN
from rpa.db.console_tables import Role, console_session
from rpa.exceptions import NotFoundError
from tests.integration.console.conftest import ADMIN, OURS, PASSWORD, Browser

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
        ("short", "short", "The password is too short"),
        (PASSWORD, f"{PASSWORD}!", "not the same"),
        ("qwerty123456", "qwerty123456", "Many people have this password"),
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


def test_strangers_can_not_fill_the_record(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.console.tries.MOST_TOLD", 3)
    for number in range(5):
        browser.open("/sign-in")
        browser.send("/sign-in", name=f"Nobody {number}", password="a guess")

    assert len(Trail(browser.site.desk.database).named(["person.refused"])) == 3
    browser.clock.pass_by(seconds=WITHIN.total_seconds() + 1)
    browser.send("/sign-in", name="Nobody", password="a guess")
    assert len(Trail(browser.site.desk.database).named(["person.refused"])) == 4


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


def test_a_page_that_shows_a_secret_for_codes_ends_once_the_person_has_set_up_his(browser: Browser) -> None:
    browser.add("Opal Operator", Role.OPERATOR)
    other = browser.another()
    other.open("/sign-in")
    other.send("/sign-in", name="Opal Operator", password=PASSWORD)
    assert other.path == "/sign-in/set-up-codes"

    browser.sign_in("Opal Operator")
    other.open("/sign-in/set-up-codes")

    assert other.path == "/sign-in"
    other.send("/sign-in/set-up-codes", code=browser.code("Opal Operator"))
    assert (other.path, other.open("/problems").url.path) == ("/sign-in", "/sign-in")
    browser.sign_out()
    browser.sign_in("Opal Operator")
    assert browser.path == "/", "the phone's codes hold still"


def test_two_links_that_are_made_at_once_are_one(on_each_database: Browser) -> None:
    browser = on_each_database
    who = browser.site.people.add("Jo Clerk", [Role.REQUESTER], by=ADMIN)
    both = threading.Barrier(2, timeout=30)

    def made(_: int) -> str:
        both.wait()
        try:
            return browser.site.links.for_person(who, by=ADMIN)
        finally:
            browser.site.desk.database.close_thread()

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            links = list(pool.map(made, range(2)))
        hold = [one for one in links if browser.open(f"/set-up/{one}").status_code == 200]
        assert len(hold) == 1


def test_codes_that_are_set_up_are_replaced_by_no_others(on_each_database: Browser) -> None:
    on_each_database.add("Opal Operator", Role.OPERATOR)
    on_each_database.sign_in("Opal Operator")
    (who, _) = on_each_database.site.people.named("Opal Operator") or (None, None)
    assert who is not None

    with pytest.raises(NotFoundError, match="set up"):
        on_each_database.site.people.begin_codes(who)


def _becomes_operator(browser: Browser, who: Person) -> None:
    browser.site.membership.change(who, [Role.OPERATOR], team=None, by=ADMIN)


def _chooses_a_password(browser: Browser, who: Person) -> None:
    browser.site.people.choose_password(who, "another battery staple")


def _is_let_out(browser: Browser, who: Person) -> None:
    browser.site.membership.let_out(who, by=ADMIN)


@pytest.mark.parametrize("happens", [_becomes_operator, _chooses_a_password, _is_let_out])
def test_what_changes_while_a_password_is_checked_is_minded(
    on_each_database: Browser, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Browser, Person], None]
) -> None:
    browser = on_each_database
    browser.add("Jo Clerk", Role.REQUESTER)

    def checked(password: str, stored: str | None) -> bool:
        found = browser.site.people.named("Jo Clerk")
        assert found is not None
        happens(browser, found[0])
        return passwords.fits(password, stored)

    monkeypatch.setattr(signing_in, "fits", checked)
    browser.sign_in("Jo Clerk")

    assert browser.path == "/sign-in"
    assert "Sign in again" in browser.text
    assert browser.open("/jobs").url.path == "/sign-in"


def test_whose_sessions_are_ended_while_a_code_is_checked_is_not_let_in(
    on_each_database: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = on_each_database
    browser.add("Opal Operator", Role.OPERATOR)
    browser.sign_in("Opal Operator")
    browser.sign_out()
    people, take_code = browser.site.people, browser.site.people.take_code

    def taken(whose: Person, code: str) -> bool:
        browser.site.membership.end_sessions(whose, by=ADMIN)
        return take_code(whose, code)

    monkeypatch.setattr(people, "take_code", taken)
    browser.sign_in("Opal Operator")

    assert browser.path == "/sign-in"
    assert browser.site.sessions.all() == []


def test_no_name_that_a_stranger_types_keeps_an_approver_from_deciding(browser: Browser) -> None:
    for _ in range(MOST + 1):
        for name in ("passphrase of Aoife Byrne", "passphrase:Aoife Byrne"):
            browser.open("/sign-in")
            browser.send("/sign-in", name=name, password="a guess")

    assert browser.status == 429
    assert browser.site.tries.may("Aoife Byrne", of=PASSPHRASE)


def test_strangers_who_guess_passwords_leave_room_to_whoever_is_in(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    client, at_once = browser.client, passwords._AT_ONCE

    def guess(number: int) -> int:
        data = {"name": f"Nobody {number}", "password": "a guess"}
        return int(client.post("/sign-in", data=data, headers=OURS).status_code)

    with client, ThreadPoolExecutor(13) as pool:
        with at_once, at_once:  # as if each password took for ever
            guesses = [pool.submit(guess, number) for number in range(12)]
            wait(guesses, timeout=1)
            assert pool.submit(client.get, "/jobs").result(timeout=20).status_code == 200
            assert not any(one.done() for one in guesses)
        assert [one.result(timeout=60) for one in guesses] == [401] * 12


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
