"""What admins do about people: other roles, lost phones, sessions, letting out, and who is found in the list."""

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.letting_in import MOST
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError
from tests.integration.console.conftest import ADMIN, Browser


@pytest.fixture
def admin(browser: Browser) -> Browser:
    browser.add("Ada Admin", Role.ADMIN)
    browser.add("Jo Clerk", Role.REQUESTER, team="Bookings")
    browser.sign_in("Ada Admin")
    return browser


def roles_of(browser: Browser, name: str) -> set[Role]:
    found = browser.site.people.named(name)
    assert found is not None
    return set(found[0].roles)


def last_told(browser: Browser) -> tuple[str, dict[str, object]]:
    told = [one for one in Trail(browser.site.desk.database).of_run(SYSTEM_RUN) if one.name.startswith("person.")]
    return told[-1].name, dict(told[-1].facts)


SEEN = {"was-roles": "requester", "was-team": "Bookings", "what": "roles"}


def test_other_roles_hold_at_once_and_are_recorded_with_those_before(admin: Browser) -> None:
    other = admin.another()
    other.sign_in("Jo Clerk")
    admin.open("/people/2")

    admin.send("/people/2", {**SEEN, "team": "Theatres"}, role=["requester", "approver"])

    assert "The change is made" in admin.text
    assert roles_of(admin, "Jo Clerk") == {Role.REQUESTER, Role.APPROVER}
    assert other.open("/").url.path == "/sign-in"
    event, facts = last_told(admin)
    assert event == "person.changed"
    assert facts["before"] == ["requester"]
    assert facts["roles"] == ["approver", "requester"]
    assert (facts["team_before"], facts["team"]) == ("Bookings", "Theatres")


def test_a_new_team_alone_ends_no_session(admin: Browser) -> None:
    other = admin.another()
    other.sign_in("Jo Clerk")
    admin.open("/people/2")

    admin.send("/people/2", {**SEEN, "team": "Theatres"}, role="requester")

    assert "Theatres" in admin.text
    assert other.open("/").url.path == "/"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [([], "Choose one role at least"), (["operator", "auditor"], "auditors look at operators")],
)
def test_roles_that_do_not_go_together_are_not_given(admin: Browser, chosen: list[str], said: str) -> None:
    admin.open("/people/2")

    admin.send("/people/2", {**SEEN, "team": "Bookings"}, role=chosen)

    assert admin.status == 422
    assert said in admin.text
    assert roles_of(admin, "Jo Clerk") == {Role.REQUESTER}


def test_nobody_gives_himself_more_roles(admin: Browser) -> None:
    admin.open("/people/1")

    admin.send("/people/1", {"was-roles": "admin", "what": "roles"}, role=["admin", "operator"])

    assert "Nobody changes his own roles" in admin.text
    assert roles_of(admin, "Ada Admin") == {Role.ADMIN}


def test_what_somebody_else_changed_meanwhile_is_not_undone(admin: Browser) -> None:
    admin.open("/people/2")
    jo = admin.site.people.get(2)
    admin.site.membership.change(jo, [Role.APPROVER], team="Bookings", by=ADMIN)

    admin.send("/people/2", {**SEEN, "team": "Bookings"}, role=["requester", "operator"])

    assert admin.status == 422
    assert "Somebody else has changed Jo Clerk meanwhile" in admin.text
    assert roles_of(admin, "Jo Clerk") == {Role.APPROVER}
    admin.send("/people/2/let-out", SEEN)
    assert "Somebody else has changed Jo Clerk meanwhile" in admin.text


def test_the_last_admin_who_can_sign_in_stays(on_each_database: Browser) -> None:
    browser = on_each_database
    browser.add("Ada Admin", Role.ADMIN)
    browser.site.people.add("Bo Admin", [Role.ADMIN], by=ADMIN)  # who has not chosen a password
    ada = browser.site.people.get(1)

    for go in (lambda: browser.site.membership.let_out(ada, by=ADMIN),
               lambda: browser.site.membership.change(ada, [Role.REQUESTER], team=None, by=ADMIN)):  # fmt: skip
        with pytest.raises(UsageError, match="the last admin who can sign in"):
            go()

    assert roles_of(browser, "Ada Admin") == {Role.ADMIN}
    browser.add("Cy Admin", Role.ADMIN)
    browser.site.membership.let_out(ada, by=ADMIN)
    assert browser.site.people.named("Ada Admin") is None


def test_letting_out_asks_first_and_says_what_happens(admin: Browser) -> None:
    other = admin.another()
    other.sign_in("Jo Clerk")

    admin.open("/people/2/let-out")

    assert "Let Jo Clerk out?" in admin.text
    assert "signed out at once, of 1 session" in admin.text
    assert roles_of(admin, "Jo Clerk") == {Role.REQUESTER}


def test_the_record_says_who_made_a_link_with_which_somebody_chooses_a_password(admin: Browser) -> None:
    admin.open("/people/2")

    admin.send("/people/2", what="link")

    assert "Give Jo Clerk this link" in admin.text
    assert last_told(admin) == ("person.link_made", {"name": "Jo Clerk"})


def test_who_is_let_out_twice_is_out_once(admin: Browser) -> None:
    jo = admin.site.people.get(2)
    admin.site.membership.let_out(jo, by=ADMIN)

    with pytest.raises(UsageError, match="let out meanwhile"):
        admin.site.membership.let_out(jo, by=ADMIN)


def test_a_lost_phone_lets_nobody_in_any_more(admin: Browser) -> None:
    admin.add("Opal Operator", Role.OPERATOR)
    other = admin.another()
    other.sign_in("Opal Operator")
    admin.open("/people/3")

    admin.send("/people/3", what="codes")

    assert "The codes are forgotten" in admin.text
    assert last_told(admin) == ("person.codes_forgotten", {"name": "Opal Operator"})
    assert other.open("/").url.path == "/sign-in"
    other.send("/sign-in", name="Opal Operator", password="correct horse battery")
    assert other.path == "/sign-in/set-up-codes"


def test_sessions_are_listed_and_ended(admin: Browser) -> None:
    first, second = admin.another(), admin.another()
    first.sign_in("Jo Clerk")
    second.sign_in("Jo Clerk")
    admin.open("/people/signed-in")
    assert "3 sessions" in admin.text
    admin.open("/people/2")

    admin.send("/people/2", what="sessions")

    assert "signed in nowhere any more" in admin.text
    assert "Nowhere just now" in admin.text
    assert last_told(admin) == ("person.sessions_ended", {"name": "Jo Clerk", "sessions": 2})
    assert first.open("/").url.path == second.open("/").url.path == "/sign-in"
    assert admin.open("/people").status_code == 200


def test_people_are_found_by_name_team_and_role_page_by_page(on_each_database: Browser) -> None:
    browser = on_each_database
    browser.add("Ada Admin", Role.ADMIN)
    for number in range(MOST + 3):
        browser.site.people.add(f"Clerk {number}", [Role.REQUESTER], by=ADMIN, team="Odd 100%" if number % 2 else None)
    browser.sign_in("Ada Admin")

    browser.open("/people")
    assert "50 people on this page" in browser.text
    browser.open("/people?after=50")
    assert "4 people on this page" in browser.text
    browser.open("/people?words=clerk 7&role=requester")
    assert "Clerk 7" in browser.text
    assert "1 person" in browser.text
    browser.open("/people?words=100%25")
    assert "26 people" in browser.text
    browser.open("/people?role=auditor")
    assert "Nobody fits" in browser.text


def test_a_person_without_a_name_is_asked_for_one_in_plain_words(admin: Browser) -> None:
    admin.open("/people/new")

    admin.send("/people/new", role=["requester"])

    assert admin.status == 422
    assert "Enter the person&#39;s name" in admin.page.text  # type: ignore[union-attr]
