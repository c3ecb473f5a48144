"""A job that waits, and a spreadsheet before it is started, say about when the robot should come to it."""

import html
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind, Ending, Priority, Timing
from rpa.pace import LEAST, rows_ahead
from rpa.states import ItemState
from tests.conftest import HandClock
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, opened_site

IT, BOT = Actor(ActorKind.PERSON, "IT"), Actor(ActorKind.BOT, "tidy")
LEDGER = '''"""A work that acts in a system."""

from rpa import Item, NHSNumber, Row, column, workflow
from rpa.bots import Bot


class Ledger(Bot):
    system_name = "ledger"


class Line(Row):
    nhs_number: NHSNumber = column("NHS number")


@workflow(title="Keep the ledger", key="nhs_number", uses=Ledger)
def ledger(item: Item[Line], bot: Ledger) -> str:
    """Keep the ledger."""
    return "kept"
'''
SYSTEM = """
[systems.ledger]
address = "http://127.0.0.1:1"
hours = ["{hours}"]
"""


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("tue 06:15-06:45", "The system ledger can't be used now. It should start about Tue 24 Nov 2026, 06:15."),
        ("mon 14:00-18:00", "The system ledger can't be used now. It should start about 14:00."),
    ],
    ids=["tomorrow", "today"],
)
def test_where_the_system_is_closed_its_next_opening_is_told(
    office: Office, clock: HandClock, hours: str, said: str
) -> None:
    with with_ledger(office, clock, hours) as clerk:
        checked = sent(clerk, office, "ledger", "x", name="ledger.csv")
        clerk.send(clerk.path)

        assert said in html.unescape(checked)
        assert said in html.unescape(clerk.text)


def test_a_paused_system_waits_for_a_person_and_an_open_one_for_nobody(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        usual = sent(clerk, office, "ledger", "x", name="ledger.csv")
        desk = clerk.site.desk
        with desk.database.transaction() as connection:
            desk.gates.pause(connection, "ledger", by=IT, why="being moved")
        clerk.open(clerk.path)

        assert "should start" not in usual
        assert "The system ledger is paused. The rows wait, and are done when the digital team" in clerk.text


def test_rows_that_come_first_say_about_when_it_is_a_jobs_turn(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    desk = browser.site.desk
    desk.submit("tidy", [str(office.list(*["fine"] * LEAST, name="before.csv"))], by=IT)
    for _ in range(LEAST):
        claim = desk.queue.claim("w1", ["tidy"], lease=desk.lease)
        assert claim is not None
        browser.clock.pass_by(seconds=30)
        desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="moved"), by=BOT)
    urgent = Timing(priority=Priority.URGENT)
    desk.submit("tidy", [str(office.list(*["x"] * 10, name="urgent.csv"))], by=IT, timing=urgent)

    mine = office.folder / "mine.csv"
    mine.write_text(f"NHS number,Fate,Priority\n{office.numbers[15]},fine,Routine\n", encoding="utf-8")

    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": mine})
    checked = browser.text
    browser.send(browser.path)

    # 9:00 and 20 rows of half a minute, and the ten that are urgent come first.
    assert "It should start about 09:15." in checked
    assert "1 other job has 10 rows to do" in browser.text
    assert "It should start about 09:15." in browser.text
    assert rows_ahead(desk.database, besides=None, priority=Priority.NORMAL.number) == {"tidy": 11}


@contextmanager
def with_ledger(office: Office, clock: HandClock, hours: str) -> Iterator[Browser]:
    """Return the browser of a clerk whose work acts in a system with such hours."""
    (office.folder / "procedures" / "ledger.py").write_text(LEDGER, encoding="utf-8")
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + SYSTEM.format(hours=hours), encoding="utf-8")
    with contextmanager(opened_site)(office, clock) as browser:
        browser.add("Jo Clerk", Role.REQUESTER)
        browser.sign_in("Jo Clerk")
        yield browser


def sent(browser: Browser, office: Office, workflow: str, *fates: str, name: str) -> str:
    """Send a list as far as the page that checks it, and return what it says."""
    browser.open(f"/start/{workflow}")
    browser.send(f"/start/{workflow}", files={"sheet": office.list(*fates, name=name)})
    return browser.text
