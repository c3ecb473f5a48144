"""What the console does beside its pages: what it wrote is sealed although no worker runs, and is found."""

from rpa.answers.search import Sought, find
from rpa.audit.sealer import latest_seal
from rpa.console.beside import beside_pages, seal_if_nobody_does
from rpa.db.console_tables import Role
from tests.integration.console.conftest import Browser


def sealed(browser: Browser) -> int:
    with browser.site.desk.database.reading() as connection:
        found = latest_seal(connection)
    return found.size if found else 0


def test_what_was_written_is_sealed_once_where_no_worker_runs(on_each_database: Browser) -> None:
    on_each_database.add("Jo Clerk", Role.REQUESTER)

    seal_if_nobody_does(on_each_database.site.desk)
    first = sealed(on_each_database)
    on_each_database.clock.pass_by(hours=1)
    seal_if_nobody_does(on_each_database.site.desk)

    assert first > 0
    assert sealed(on_each_database) == first


def test_what_a_worker_seals_is_left_to_it(on_each_database: Browser) -> None:
    on_each_database.site.desk.sealing.tick()
    first = sealed(on_each_database)
    on_each_database.add("Jo Clerk", Role.REQUESTER)

    seal_if_nobody_does(on_each_database.site.desk)
    soon = sealed(on_each_database)
    on_each_database.clock.pass_by(minutes=1)
    seal_if_nobody_does(on_each_database.site.desk)

    assert soon == first
    assert sealed(on_each_database) > first


def test_what_was_sealed_is_found_while_the_console_is_served(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    duties = beside_pages(browser.site.desk)

    duties.do_due()
    browser.clock.pass_by(seconds=30)
    duties.do_due()

    assert [one.name for one in find(browser.site.desk.database, Sought(person="Jo Clerk")).entries] == [
        "person.password_chosen"
    ]
