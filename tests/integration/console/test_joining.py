"""An approver chooses his passphrase in the console, with one who is in already beside him."""

import pytest

from rpa.audit import Trail
from rpa.console.tries import MOST
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind
from tests.integration.cli.test_approving import OTHERS, WORDS
from tests.integration.console.conftest import PASSWORD, Browser

NAME = "Cy Third"
IT = Actor(ActorKind.PERSON, "IT")


@pytest.fixture
def approver(browser: Browser) -> Browser:
    """Somebody who has the role, but no passphrase yet; Ann Second has one."""
    browser.site.desk.approvals.approvers.add("Ann Second", WORDS, by=IT)
    browser.add(NAME, Role.APPROVER)
    browser.sign_in(NAME)
    return browser


def choose(browser: Browser, **other: str) -> None:
    """Send the form, with everything right but what is said otherwise, also where the page no longer has it."""
    browser.open("/account")
    right = {"passphrase": OTHERS, "again": OTHERS, "password": PASSWORD, "code": browser.code(NAME),
             "voucher": "Ann Second", "vouching": WORDS}  # fmt: skip
    browser.send("/plans/passphrase", right | other)


def may_approve(browser: Browser) -> list[str]:
    return [one.name for one in browser.site.desk.approvals.approvers.all()]


def test_an_approver_chooses_his_passphrase_with_one_who_vouches(approver: Browser) -> None:
    choose(approver)
    said = (approver.path, approver.text)
    approver.open("/plans/passphrase")

    assert said[0] == "/plans"
    assert "Your passphrase is set. You can decide about plans from now on." in said[1]
    assert approver.site.desk.approvals.approvers.sign_in(NAME, OTHERS).name == NAME
    (told,) = [one for one in Trail(approver.site.desk.database).of_run("approvers") if one.facts["name"] == NAME]
    assert (told.name, told.actor.name, told.facts["vouched_by"]) == ("approver.added", "Ann Second", "Ann Second")
    assert "You have one, and can decide about plans" in approver.text
    choose(approver)
    assert approver.status == 200, "nothing of it is tried, and no code is used up"
    assert may_approve(approver) == ["Ann Second", NAME]


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"password": "another horse battery"}, 401),
        ({"code": "000000"}, 401),
        ({"vouching": "not her own words"}, 401),
        ({"voucher": "Sam Nobody"}, 422),
        ({"voucher": NAME}, 422),
        ({"again": "something else entirely"}, 422),
        ({"passphrase": "short", "again": "short"}, 422),
        *[({name: ""}, 422) for name in ("passphrase", "password", "code", "voucher", "vouching")],
    ],
)
def test_nobody_is_let_in_without_password_code_and_voucher(
    approver: Browser, other: dict[str, str], status: int
) -> None:
    choose(approver, **other)

    assert approver.status == status
    assert "There is a problem" in approver.text
    assert may_approve(approver) == ["Ann Second"]
    assert approver.page is not None
    assert OTHERS not in approver.page.text
    assert WORDS not in approver.page.text


def test_a_code_that_was_taken_is_not_taken_once_more(approver: Browser) -> None:
    code = approver.code(NAME)
    choose(approver, code=code, vouching="not her own words")

    choose(approver, code=code)

    assert approver.status == 401
    assert may_approve(approver) == ["Ann Second"]


def test_wrong_passphrases_of_whoever_vouches_are_counted(approver: Browser) -> None:
    for _ in range(MOST):
        choose(approver, vouching="not her own words")

    choose(approver)

    assert approver.status == 429
    assert "Wait 15 minutes" in approver.text
    assert may_approve(approver) == ["Ann Second"]


def test_wrong_passwords_are_counted_like_those_of_the_sign_in(approver: Browser) -> None:
    for _ in range(MOST):
        choose(approver, password="another horse battery")

    choose(approver)

    assert approver.status == 429
    assert may_approve(approver) == ["Ann Second"]
    assert not approver.site.tries.may(NAME)


def test_the_first_one_comes_by_the_command_alone(approver: Browser) -> None:
    approver.site.desk.approvals.approvers.reset(by=IT, why="nobody knows a passphrase")

    choose(approver)

    assert 'rpa approvers add "Cy Third"' in approver.text.replace("&#34;", '"')
    assert may_approve(approver) == []
    with pytest.raises(UsageError):
        approver.site.desk.approvals.approvers.sign_in(NAME, OTHERS)
