"""`rpa people`: whatever an admin does about people in the console is done by command, and recorded alike."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.cli.exits import Exit
from rpa.console import passwords
from rpa.console.app import make_site
from rpa.console.visit import Site
from rpa.db.console_tables import Role, Stage
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

PASSWORD = "correct horse battery"
BY = ("--by", "Ada Admin")


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MEMORY", 64)
    monkeypatch.setattr(passwords, "_PASSES", 1)


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """The console of the same office, as it stands beside the commands."""
    with closing(open_desk(load_settings(office.data))) as desk:
        yield make_site(desk)


def add(rpa: Rpa, name: str, *roles: str, team: str | None = None) -> str:
    """Let somebody in, and return the secret of his link."""
    of_team = ("--team", team) if team else ()
    added = rpa("people", "add", name, *(f"--role={one}" for one in roles), *of_team, *BY, "--json")
    assert added.code is Exit.DONE, added.err
    return str(added.json["link"]).rpartition("/")[2]


def told(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the record says of people: what, by whom, and with which facts."""
    found = [one for one in Trail(site.desk.database).of_run(SYSTEM_RUN) if one.name.startswith("person.")]
    return [(one.name, one.actor.name, dict(one.facts)) for one in found]


def signed_in(site: Site, name: str) -> None:
    found = site.people.named(name)
    assert found is not None
    site.sessions.begin(found[0], Stage.IN)


def test_somebody_is_let_in_with_a_link_that_works_once_and_is_listed(rpa: Rpa, site: Site) -> None:
    added = rpa("people", "add", "Jo  Clerk", "--role", "requester", "--role", "approver", "--team", "Bookings", *BY)
    secret = added.out.split()[-1].removeprefix("http://127.0.0.1:8000/set-up/")
    before = rpa("people").out

    site.links.use(secret, "", PASSWORD)

    assert "password not chosen yet" in before
    (listed,) = rpa("people", "--json").json
    assert listed["name"] == "Jo Clerk"
    assert (listed["roles"], listed["team"]) == (["approver", "requester"], "Bookings")
    assert (listed["has_password"], listed["has_codes"], listed["signed_in_at"]) == (True, False, None)
    assert told(site)[:2] == [
        ("person.added", "Ada Admin", {"name": "Jo Clerk", "roles": ["approver", "requester"]}),
        ("person.link_made", "Ada Admin", {"name": "Jo Clerk"}),
    ]


def test_a_new_installation_gets_its_first_admin_by_command(rpa: Rpa, site: Site) -> None:
    secret = add(rpa, "Ada Admin", "admin")

    site.links.use(secret, "", PASSWORD)

    assert site.people.has_admin()
    assert site.links.for_first_admin() is None


def test_a_new_link_takes_the_place_of_the_old_one_and_is_recorded(rpa: Rpa, site: Site) -> None:
    old = add(rpa, "Jo Clerk", "requester")

    made = rpa("people", "link", "jo clerk", "--address", "https://desk.example/", *BY, "--json")

    assert made.json["name"] == "Jo Clerk"
    address, _, secret = made.json["link"].rpartition("/")
    assert address == "https://desk.example/set-up"
    assert secret != old
    assert site.links.use(secret, "", PASSWORD).name == "Jo Clerk"
    assert told(site)[2] == ("person.link_made", "Ada Admin", {"name": "Jo Clerk"})
    assert secret not in str(told(site))


@pytest.mark.parametrize("address", ["desk.example", "http://desk.example", "https://", "https://desk.example/people"])
def test_a_link_that_leads_nowhere_or_sends_a_password_as_it_is_typed_is_not_made(
    rpa: Rpa, site: Site, address: str
) -> None:
    refused = rpa("people", "add", "Jo Clerk", "--role", "requester", "--address", address)

    assert refused.code is Exit.USAGE
    assert "expected one such as https://desk.example" in refused.err
    assert told(site) == []


def test_other_roles_and_another_team_are_given_and_recorded_with_those_before(rpa: Rpa, site: Site) -> None:
    add(rpa, "Jo Clerk", "requester", team="Bookings")
    signed_in(site, "Jo Clerk")

    changed = rpa("people", "change", "Jo Clerk", "--role", "approver", *BY, "--json")
    again = rpa("people", "change", "Jo Clerk", "--role", "approver", *BY)
    left = rpa("people", "change", "Jo Clerk", "--team", "", *BY)

    assert (changed.json["roles"], changed.json["team"], changed.json["changed"]) == (["approver"], "Bookings", True)
    assert "nothing was changed" in again.out
    assert left.code is Exit.DONE
    assert site.sessions.all() == []
    assert [facts for name, _, facts in told(site) if name == "person.changed"] == [
        {"name": "Jo Clerk", "before": ["requester"], "roles": ["approver"], "team_before": "Bookings",
         "team": "Bookings"},
        {"name": "Jo Clerk", "before": ["approver"], "roles": ["approver"], "team_before": "Bookings", "team": None},
    ]  # fmt: skip


def test_a_second_step_is_begun_anew(rpa: Rpa, site: Site) -> None:
    add(rpa, "Opal Operator", "operator")
    signed_in(site, "Opal Operator")

    forgotten = rpa("people", "forget-codes", "Opal Operator", *BY)

    assert "New ones are set up at the next sign-in" in forgotten.out
    assert told(site)[-1] == ("person.codes_forgotten", "Ada Admin", {"name": "Opal Operator"})
    assert site.sessions.all() == []


def test_sessions_are_listed_and_ended(rpa: Rpa, site: Site) -> None:
    add(rpa, "Jo Clerk", "requester")
    signed_in(site, "Jo Clerk")
    signed_in(site, "Jo Clerk")

    listed = rpa("people", "signed-in", "--json").json
    ended = rpa("people", "end-sessions", "Jo Clerk", *BY, "--json").json
    again = rpa("people", "end-sessions", "Jo Clerk", *BY)

    assert [one["name"] for one in listed] == ["Jo Clerk", "Jo Clerk"]
    assert ended == {"name": "Jo Clerk", "sessions": 2}
    assert "signed in nowhere" in again.out
    assert "Nobody is signed in" in rpa("people", "signed-in").out
    assert told(site)[-1] == ("person.sessions_ended", "Ada Admin", {"name": "Jo Clerk", "sessions": 2})


def test_somebody_is_let_out_and_his_name_stays_taken(rpa: Rpa, site: Site) -> None:
    secret = add(rpa, "Jo Clerk", "requester")
    signed_in(site, "Jo Clerk")

    removed = rpa("people", "remove", "Jo Clerk", *BY)

    assert "Jo Clerk was let out" in removed.out
    assert told(site)[-1] == ("person.removed", "Ada Admin", {"name": "Jo Clerk"})
    assert site.people.all() == []
    assert site.sessions.all() == []
    again = rpa("people", "add", "Jo Clerk", "--role", "requester", *BY)
    assert (again.code, "somebody is called Jo Clerk already" in again.err) == (Exit.USAGE, True)
    assert rpa("people", "remove", "Jo Clerk", *BY).code is Exit.NOT_FOUND
    assert secret not in removed.out


def test_the_last_admin_who_can_sign_in_stays(rpa: Rpa, site: Site) -> None:
    site.links.use(add(rpa, "Ada Admin", "admin"), "", PASSWORD)
    before = told(site)

    for refused in (rpa("people", "remove", "Ada Admin", "--by", "IT"),
                    rpa("people", "change", "Ada Admin", "--role", "requester", "--by", "IT")):  # fmt: skip
        assert refused.code is Exit.USAGE
        assert "the last admin who can sign in" in refused.err

    assert told(site) == before
    assert site.people.has_admin()


@pytest.mark.parametrize("by", ["Ada Admin", "ada admin", "Ada  Ádmin"])
def test_nobody_changes_his_own_roles_or_lets_himself_out_however_he_spells_his_name(
    rpa: Rpa, site: Site, by: str
) -> None:
    site.links.use(add(rpa, "Ada Admin", "admin"), "", PASSWORD)
    site.links.use(add(rpa, "Bo Admin", "admin"), "", PASSWORD)

    changed = rpa("people", "change", "Ada Admin", "--role", "admin", "--role", "operator", "--by", by)
    removed = rpa("people", "remove", "Ada Admin", "--by", by)

    assert (changed.code, "nobody changes his own roles" in changed.err) == (Exit.USAGE, True)
    assert (removed.code, "nobody lets himself out" in removed.err) == (Exit.USAGE, True)
    found = site.people.named("Ada Admin")
    assert found is not None
    assert found[0].roles == {Role.ADMIN}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "Ed", "--role", "operator", "--role", "auditor"], "auditors look at operators"),
        (["add", "Ed", "--role", "king"], "expected one of requester, operator, approver, auditor, admin"),
        (["add", "Ed"], "--role is missing"),
        (["add", "Jo Clеrk", "--role", "requester"], "cyrillic"),  # noqa: RUF001 - a letter that looks like an e
        (["add", "JO clerk", "--role", "requester"], "a name that looks different"),
        (["change", "Jo Clerk"], "give --role or --team"),
        (["change", "Jo Clerk", "--role", "operator", "--role", "auditor"], "auditors look at operators"),
    ],
)
def test_what_the_console_refuses_is_refused_and_changes_nothing(
    rpa: Rpa, site: Site, arguments: list[str], said: str
) -> None:
    add(rpa, "Jo Clerk", "requester")
    before = told(site)

    refused = rpa("people", *arguments, *BY)

    assert refused.code is Exit.USAGE
    assert said in refused.err
    assert told(site) == before


@pytest.mark.parametrize("verb", [["change", "--team", "x"], ["link"], ["forget-codes"], ["end-sessions"], ["remove"]])
def test_who_is_not_in_is_not_found(rpa: Rpa, site: Site, verb: list[str]) -> None:
    missing = rpa("people", verb[0], "Nobody", *verb[1:], *BY)

    assert missing.code is Exit.NOT_FOUND
    assert "nobody is in under the name 'Nobody'; `rpa people` lists who is" in missing.err
    assert told(site) == []


def test_people_are_found_by_name_team_and_role(rpa: Rpa, site: Site) -> None:
    add(rpa, "Jo Clerk", "requester", team="Bookings")
    add(rpa, "Ada Admin", "admin", team="IT")

    assert [one["name"] for one in rpa("people", "--words", "book", "--json").json] == ["Jo Clerk"]
    assert [one["name"] for one in rpa("people", "--role", "admin", "--json").json] == ["Ada Admin"]
    assert "Nobody fits" in rpa("people", "--role", "auditor").out
    assert rpa("people", "--role", "king").code is Exit.USAGE
