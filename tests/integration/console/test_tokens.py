"""Tokens: for whom a program that has one acts, when it falls, and what is kept of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from rpa.cli import run
from rpa.console.people import Person
from rpa.console.tokens import Bearer
from rpa.db.console_tables import Role, api_token
from rpa.exceptions import NotFoundError, UsageError
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser


def somebody(browser: Browser, *roles: Role) -> Person:
    return browser.site.people.add("Jo Clerk", roles or (Role.REQUESTER,), by=ADMIN)


def made(browser: Browser, whose: Person, role: Role = Role.REQUESTER, days: int = 90) -> str:
    return browser.site.tokens.make(whose, role, "pharmacy", days=days, by=whose.actor)


def test_a_token_acts_for_its_person_in_one_role_alone(on_each_database: Browser) -> None:
    whose = somebody(on_each_database, Role.REQUESTER, Role.APPROVER)

    bearer = on_each_database.site.tokens.find(made(on_each_database, whose))

    assert isinstance(bearer, Bearer)
    assert (bearer.person.name, list(bearer.person.roles)) == ("Jo Clerk", [Role.REQUESTER])


def test_a_token_falls_with_its_end_date_its_person_and_when_it_is_ended(on_each_database: Browser) -> None:
    browser, tokens = on_each_database, on_each_database.site.tokens
    whose = somebody(browser)
    short, ended, left = made(browser, whose, days=1), made(browser, whose), made(browser, whose)

    browser.clock.pass_by(seconds=timedelta(days=1).total_seconds())
    tokens.end(2, whose=whose, by=whose.actor)

    assert [tokens.find(one) is not None for one in (short, ended, left, "rpa_guessed")] == [False, False, True, False]
    browser.site.membership.let_out(whose, by=ADMIN)
    assert tokens.find(left) is None


def test_a_token_falls_with_the_role_of_its_person(browser: Browser) -> None:
    whose = somebody(browser, Role.REQUESTER, Role.OPERATOR)
    secret = made(browser, whose, Role.OPERATOR)

    browser.site.membership.change(whose, [Role.REQUESTER], team=None, by=ADMIN)

    assert browser.site.tokens.find(secret) is None


def test_of_a_token_only_the_digest_is_kept(on_each_database: Browser) -> None:
    secret = made(on_each_database, somebody(on_each_database))

    with on_each_database.site.desk.database.reading() as connection:
        kept = connection.execute(select(api_token)).one()

    assert secret.startswith("rpa_")
    assert secret not in str(kept)
    assert len(kept.digest) == 64


def test_a_token_says_when_it_was_last_used(browser: Browser) -> None:
    whose = somebody(browser)
    secret = made(browser, whose)
    before = browser.site.tokens.of(whose)[0].used_at

    browser.site.tokens.find(secret)

    assert before is None
    used = browser.site.tokens.of(whose)[0].used_at
    assert used is not None and abs(used - browser.clock.now()) < timedelta(seconds=1)


def test_nobody_ends_the_token_of_somebody_else(browser: Browser) -> None:
    whose = somebody(browser)
    other = browser.site.people.add("Eve Other", [Role.REQUESTER], by=ADMIN)
    secret = made(browser, whose)

    with pytest.raises(NotFoundError):
        browser.site.tokens.end(1, whose=other, by=other.actor)

    assert browser.site.tokens.find(secret) is not None


@pytest.mark.parametrize(("role", "days", "name"), [(Role.ADMIN, 90, "x"), (Role.REQUESTER, 367, "x"),
                                                    (Role.REQUESTER, 0, "x"), (Role.REQUESTER, 9, " ")])  # fmt: skip
def test_a_token_has_a_role_of_its_person_a_name_and_a_year_at_most(
    browser: Browser, role: Role, days: int, name: str
) -> None:
    whose = somebody(browser)

    with pytest.raises(UsageError):
        browser.site.tokens.make(whose, role, name, days=days, by=whose.actor)

    assert browser.site.tokens.of(whose) == []


def test_a_person_makes_a_token_that_is_shown_once_and_ends_it(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/account")
    assert "No program acts for you" in browser.text

    shown = browser.send("/account", name="pharmacy", role="requester", days="30").text
    secret = shown.partition('id="secret">')[2].partition("<")[0]
    assert browser.site.tokens.find(secret) is not None
    browser.open("/account")
    assert secret not in browser.page.text if browser.page else False
    assert "1 token that holds" in browser.text
    browser.open("/account/tokens/1/end")
    browser.send("/account/tokens/1/end")

    assert "The token has ended" in browser.text
    assert browser.site.tokens.find(secret) is None


def test_what_is_missing_for_a_token_is_said_at_its_field(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/account")

    browser.send("/account", name="", role="operator", days="400x")

    assert browser.status == 422
    assert "Enter a name" in browser.text
    assert "Select the role" in browser.text
    assert "Enter a number of days" in browser.text


def test_tokens_are_made_listed_and_ended_with_commands(
    browser: Browser, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody(browser)
    folder = ["--dir", str(office.data)]

    code = run(["tokens", "make", "Jo Clerk", "--role", "requester", "--name", "pharmacy", "--by", "Ada", *folder])
    secret = capsys.readouterr().out.split()[-1]
    assert (code, browser.site.tokens.find(secret) is not None) == (0, True)
    run(["tokens", *folder])
    assert "pharmacy" in capsys.readouterr().out
    run(["tokens", "end", "1", "--by", "Ada", *folder])

    assert browser.site.tokens.find(secret) is None
    assert run(["tokens", "end", "1", "--by", "Ada", *folder]) == 3
    assert run(["tokens", "make", "Nobody", "--role", "requester", "--name", "x", "--by", "Ada", *folder]) == 3
    assert run(["tokens", "make", "Jo Clerk", "--role", "king", "--name", "x", "--by", "Ada", *folder]) == 2
