"""A link works once, also for two who use it in the same moment."""

import threading

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console.links import Links
from rpa.console.people import People
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError, UsageError
from tests.integration.console.conftest import ADMIN, PASSWORD, Browser


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two who use a link both have looked at it before either goes on."""
    barrier, stored_form = threading.Barrier(2), People.stored_form

    def stored_together(people: People, name: str, password: str) -> str:
        kept = stored_form(people, name, password)
        barrier.wait(timeout=20)
        return kept

    monkeypatch.setattr(People, "stored_form", stored_together)


def use_at_once(links: Links, secret: str, names: tuple[str, str], browser: Browser) -> list[str]:
    """Let two use a link in the same moment, each with a password of his own; return what became of each."""
    said: list[str] = []

    def use(name: str, password: str) -> None:
        try:
            said.append(links.use(secret, name, password).name)
        except NotFoundError:
            said.append("no link")
        finally:
            browser.site.desk.database.close_thread()

    threads = [
        threading.Thread(target=use, args=(name, f"{PASSWORD} of {number}")) for number, name in enumerate(names)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(said)


@pytest.mark.usefixtures("meeting")
def test_two_who_use_a_link_at_once_make_one_password(on_each_database: Browser) -> None:
    site = on_each_database.site
    person = site.people.add("Jo Clerk", [Role.REQUESTER], by=ADMIN)

    said = use_at_once(site.links, site.links.for_person(person, by=ADMIN), ("", ""), on_each_database)

    assert said == ["Jo Clerk", "no link"]
    told = Trail(site.desk.database).of_run(SYSTEM_RUN, names=["person.password_chosen"])
    assert [one.actor.name for one in told] == ["Jo Clerk"]


@pytest.mark.usefixtures("meeting")
def test_two_who_use_the_first_link_at_once_make_one_admin(on_each_database: Browser) -> None:
    site = on_each_database.site
    secret = site.links.for_first_admin()
    assert secret is not None

    said = use_at_once(site.links, secret, ("Ada Admin", "Eve Second"), on_each_database)

    assert len(site.people.all()) == 1
    assert said[-1] == "no link"


def test_a_name_that_will_not_do_leaves_the_link_as_it_is(on_each_database: Browser) -> None:
    site = on_each_database.site
    secret = site.links.for_first_admin()
    assert secret is not None

    with pytest.raises(UsageError):
        site.links.use(secret, "", PASSWORD)
    with pytest.raises(UsageError):
        site.links.use(secret, "Аda", PASSWORD)  # noqa: RUF001 - the first letter is a Cyrillic one

    assert site.links.use(secret, "Ada Admin", PASSWORD).name == "Ada Admin"
