"""What people do about their own sign-in: another password, and an end to wherever they are signed in."""

import re
from dataclasses import replace

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.app import make_site
from rpa.console.tries import MOST
from rpa.db.console_tables import Role
from rpa.settings import ConsoleSettings
from tests.integration.console.conftest import ADMIN, PASSWORD, Browser, client_of

OTHER = "yellow ladder harbour"


@pytest.fixture
def clerk(browser: Browser) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def change(browser: Browser, current: str, password: str = OTHER, again: str = "") -> None:
    browser.open("/account/password")
    browser.send("/account/password", current=current, password=password, again=again or password)


def test_a_password_is_changed_by_whoever_knows_the_one_before_and_all_sessions_end(clerk: Browser) -> None:
    elsewhere = clerk.another()
    elsewhere.sign_in("Jo Clerk")
    clerk.open("/account")
    assert "Change your password" in clerk.text

    change(clerk, PASSWORD)

    assert clerk.path == "/sign-in"
    assert "Your password is set" in clerk.text
    assert elsewhere.open("/account").url.path == "/sign-in"
    clerk.sign_in("Jo Clerk", PASSWORD)
    assert clerk.status == 401
    clerk.sign_in("Jo Clerk", OTHER)
    assert clerk.path == "/"


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("something else entirely", OTHER, OTHER, "The password you have now is not right"),
        (PASSWORD, OTHER, f"{OTHER}!", "The two passwords are not the same"),
        (PASSWORD, "jo-clerk-2026", "jo-clerk-2026", "made of names that others know"),
        (PASSWORD, PASSWORD, PASSWORD, "Choose a password that you do not have already"),
    ],
)
def test_a_change_that_is_not_right_leaves_the_password(
    clerk: Browser, current: str, password: str, again: str, said: str
) -> None:
    change(clerk, current, password, again)

    assert clerk.status == 422
    assert said in clerk.text
    assert clerk.open("/account").url.path == "/account"
    clerk.sign_in("Jo Clerk", PASSWORD)
    assert clerk.path == "/"


def test_the_password_before_is_not_tried_out_in_a_session_that_somebody_left_open(clerk: Browser) -> None:
    for _ in range(MOST):
        change(clerk, "something else entirely")

    change(clerk, PASSWORD)

    assert clerk.status == 429
    assert "Wait 15 minutes" in clerk.text


def test_everybody_sees_where_he_is_signed_in_and_ends_it_everywhere(clerk: Browser) -> None:
    clerk.add("Eve Other", Role.REQUESTER)
    other, elsewhere = clerk.another(), clerk.another()
    other.sign_in("Eve Other")
    elsewhere.sign_in("Jo Clerk")
    clerk.open("/account")
    assert "2 sessions" in clerk.text

    clerk.send("/account/sessions/end")

    assert clerk.path == "/sign-in"
    assert "You are signed in nowhere any more" in clerk.text
    assert elsewhere.open("/account").url.path == "/sign-in"
    assert other.open("/account").url.path == "/account"


@pytest.mark.parametrize("path", ["/sign-out", "/account/sessions/end"])
def test_the_browser_forgets_what_it_kept_when_somebody_signs_out(clerk: Browser, path: str) -> None:
    clerk.open("/account")

    clerk.client.follow_redirects = False
    answer = clerk.send(path)

    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_passwords_are_hidden_and_a_manager_of_passwords_may_fill_them_in(clerk: Browser) -> None:
    pages = [clerk.open("/account/password"), clerk.another().open("/sign-in"),
             clerk.open(f"/set-up/{clerk.site.links.for_person(clerk.site.people.all()[0], by=ADMIN)}")]  # fmt: skip

    fields = [re.findall(r"<input[^>]*password[^>]*>", page.text) for page in pages]

    assert [len(some) for some in fields] == [3, 1, 2]
    for field in (one for some in fields for one in some):
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "maxlength" not in field
    assert "onpaste" not in "".join(page.text for page in pages)


def test_a_long_password_of_any_letters_is_taken_as_it_is_typed(clerk: Browser) -> None:
    long = "  Ünder die äpfel fällt " + "kettle meadow " * 10

    change(clerk, PASSWORD, long)
    clerk.sign_in("Jo Clerk", long.strip())

    assert clerk.status == 401
    clerk.sign_in("Jo Clerk", long)
    assert clerk.path == "/"


def test_a_password_holds_however_old_it_is(clerk: Browser) -> None:
    clerk.clock.pass_by(days=800)

    clerk.sign_in("Jo Clerk")

    assert clerk.path == "/"


def test_a_new_link_does_not_lead_past_the_codes(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    person = browser.site.people.all()[0]
    browser.site.links.use(browser.site.links.for_person(person, by=ADMIN), person.name, OTHER)
    other = browser.another()

    other.open("/sign-in")
    other.send("/sign-in", name="Ada Admin", password=OTHER)

    assert other.path == "/sign-in/code"
    assert other.open("/people").url.path == "/sign-in/code"


def test_a_new_link_ends_the_wait_of_a_name_that_somebody_guessed_at(clerk: Browser) -> None:
    other = clerk.another()
    for _ in range(MOST):
        other.sign_in("Jo Clerk", "something else entirely")
    other.sign_in("Jo Clerk")
    assert other.status == 429
    link = f"/set-up/{clerk.site.links.for_person(clerk.site.people.all()[0], by=ADMIN)}"

    other.open(link)
    other.send(link, password=OTHER, again=OTHER)
    other.sign_in("Jo Clerk", OTHER)

    assert other.path == "/"


def test_the_record_says_by_which_way_somebody_signed_in(clerk: Browser) -> None:
    clerk.add("Ada Admin", Role.ADMIN)
    clerk.another().sign_in("Ada Admin")

    entries = Trail(clerk.site.desk.database).of_run(SYSTEM_RUN)

    ways = {one.actor.name: one.facts["way"] for one in entries if one.name == "person.signed_in"}
    assert ways == {"Jo Clerk": "password", "Ada Admin": "password and code"}


def test_where_the_trust_wants_it_requesters_need_codes_as_well(clerk: Browser) -> None:
    settings = clerk.site.desk.settings
    wanted = settings.model_copy(update={"console": ConsoleSettings(codes_for_all=True)})
    site = make_site(replace(clerk.site.desk, settings=wanted))
    strict = Browser(site, client_of(site), clerk.clock)

    strict.open("/sign-in")
    strict.send("/sign-in", name="Jo Clerk", password=PASSWORD)

    assert strict.path == "/sign-in/set-up-codes"
    assert strict.open("/jobs").url.path.startswith("/sign-in/")
    strict.sign_in("Jo Clerk")
    assert strict.path == "/"
