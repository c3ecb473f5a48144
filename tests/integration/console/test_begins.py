"""A job that waits, and a spreadsheet before it is started, say about when the robot should come to it."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind, Ending, Priority, Timing
from rpa.pace import LEAST, rows_ahead
from rpa.states import Failure, ItemState
from rpa.workers import this_process
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


def test_a_work_whose_system_nobody_has_registered_says_so_before_it_is_started(
    office: Office, clock: HandClock
) -> None:
    with with_ledger(office, clock, None) as clerk:
        checked = sent(clerk, office, "ledger", "x", name="ledger.csv")
        other = sent(clerk, office, "tidy", "fine", name="tidy.csv")
        clerk.add("Opal Operator", Role.OPERATOR)
        operator = clerk.another()
        operator.sign_in("Opal Operator")
        operator.open("/workflows/ledger")

        assert "The robot is not set up for this work yet: its rows would come back to you undone." in checked
        assert "Ask the digital team" in checked
        assert "not set up" not in other
        assert "ledger. Not in rpa.toml yet: ledger" in operator.text


def test_a_paused_system_waits_for_a_person_and_an_open_one_for_nobody(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        usual = sent(clerk, office, "ledger", "x", name="ledger.csv")
        desk = clerk.site.desk
        with desk.database.transaction() as connection:
            desk.gates.pause(connection, "ledger", by=IT, why="being moved")
        clerk.open(clerk.path)

        assert "should start" not in usual
        assert "The system ledger is paused. The rows wait, and are done when the digital team" in clerk.text


def test_a_job_in_the_middle_says_that_its_system_is_paused_and_not_that_it_waits_for_its_turn(
    office: Office, clock: HandClock
) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        for rows in (2, 4):
            sent(clerk, office, "ledger", *["x"] * rows, name=f"{rows}.csv")
            clerk.send(clerk.path)
        desk = clerk.site.desk
        claim = desk.queue.claim("w1", ["ledger"], lease=desk.lease)
        assert claim is not None
        desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="kept"), by=BOT)
        with desk.database.transaction() as connection:
            desk.gates.pause(connection, "ledger", by=IT, why="being moved")

        clerk.open("/jobs/1")
        begun = clerk.text
        clerk.open("/jobs/2")

    for said in (begun, clerk.text):
        assert "The system ledger is paused. The rows wait, and are done when the digital team" in said
        assert "waits for its turn" not in said


def test_a_job_in_the_middle_says_when_its_closed_system_opens_again(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon 14:00-18:00") as clerk:
        sent(clerk, office, "ledger", "x", "x", name="ledger.csv")
        clerk.send(clerk.path)
        clerk.site.desk.queue.cancel([1], by=IT, why="not wanted")

        clerk.open("/jobs/1")

    assert "The system ledger can't be used now. It should go on about 14:00." in html.unescape(clerk.text)


def test_a_paused_work_is_told_before_it_is_started_and_its_job_waits_for_no_turn(
    office: Office, clock: HandClock
) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        clerk.site.desk.workflow_pauses.begin("ledger", by=IT, why="being mended")
        checked = sent(clerk, office, "ledger", "x", name="first.csv")
        clerk.send(clerk.path)
        sent(clerk, office, "ledger", "x", "x", name="second.csv")
        clerk.send(clerk.path)

    assert "This work is paused. You can start it: its rows wait until the digital team resumes it." in checked
    assert "This work is paused. Your job is safe" in clerk.text
    assert "waits for its turn" not in clerk.text


def test_a_job_says_that_every_machine_is_paused(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        me = this_process(known_as="another")
        desk = clerk.site.desk
        desk.workers.register(me)
        for rows in (2, 4):
            sent(clerk, office, "ledger", *["x"] * rows, name=f"{rows}.csv")
            clerk.send(clerk.path)
        working = clerk.text
        desk.machines.pause(me.host, by=IT, why="new windows")

        clerk.open("/jobs/2")

    assert "The robot is paused" not in working
    assert "The robot is paused. Your job is safe and goes on when the digital team resumes it." in clerk.text
    assert "waits for its turn" not in clerk.text


@pytest.mark.parametrize("contact", ["", "ext. 4411"])
def test_a_job_that_no_robot_is_there_for_says_so_and_whom_to_ask(
    office: Office, clock: HandClock, contact: str
) -> None:
    settings = f'\n[console]\ncontact = "{contact}"\n'
    with with_ledger(office, clock, "mon-sun 00:00-24:00", settings) as clerk:
        for rows in (2, 4):
            sent(clerk, office, "ledger", *["x"] * rows, name=f"{rows}.csv")
            clerk.send(clerk.path)
        off = clerk.text
        clerk.site.desk.workers.register(this_process(known_as="another"))

        clerk.open("/jobs/2")

    whom = f"the digital team ({contact})" if contact else "the digital team"
    assert f"No robot is at work now. Your job is safe, and starts when one is. Ask {whom} when that will be." in off
    assert "waits for its turn" not in off
    assert "No robot is at work" not in clerk.text
    assert "It waits for its turn. 1 other job has 2 rows to do" in clerk.text


def test_a_job_in_the_middle_says_that_no_robot_goes_on_with_it(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        sent(clerk, office, "ledger", "x", "x", name="ledger.csv")
        clerk.send(clerk.path)
        clerk.site.desk.queue.cancel([1], by=IT, why="not wanted")

        clerk.open("/jobs/1")

    assert "No robot is at work now. Your job is safe, and goes on when one is. Ask the digital team" in clerk.text


def test_the_digital_team_is_told_how_to_start_a_robot_and_not_to_ask_itself(office: Office, clock: HandClock) -> None:
    with with_ledger(office, clock, "mon-sun 00:00-24:00") as clerk:
        sent(clerk, office, "ledger", "x", name="ledger.csv")
        clerk.send(clerk.path)
        clerk.add("Opal Operator", Role.OPERATOR)
        clerk.sign_in("Opal Operator")

        clerk.open("/jobs/1")

    assert (
        "No robot is at work now. The job is safe, and starts when one is. Start a worker with rpa work" in clerk.text
    )
    assert "Ask the digital team" not in clerk.text


def test_rows_that_come_first_say_about_when_it_is_a_jobs_turn(browser: Browser, office: Office) -> None:
    mine = after_others(browser, office)
    desk = browser.site.desk

    desk.workers.register(this_process(known_as="another"))
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": mine})
    checked = browser.text
    browser.send(browser.path)

    # 9:00 and 20 rows of half a minute, and the ten that are urgent come first.
    assert "It should start about 09:15." in checked
    assert "No robot is at work" not in checked
    assert "1 other job has 10 rows to do" in browser.text
    assert "It should start about 09:15." in browser.text
    assert rows_ahead(desk.database, besides=None, priority=Priority.NORMAL.number) == {"tidy": 11}


def test_a_finished_job_whose_row_was_sent_again_says_so_and_not_that_it_waits_for_its_turn(
    browser: Browser, office: Office
) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    desk = browser.site.desk
    desk.workers.register(this_process(known_as="another"))
    sent(browser, office, "tidy", "nobody", name="first.csv")
    browser.send(browser.path)
    claim = desk.queue.claim("w1", ["tidy"], lease=desk.lease)
    assert claim is not None
    desk.queue.finish(claim, Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH"), by=BOT)
    sent(browser, office, "tidy", "fine", name="second.csv")
    browser.send(browser.path)

    browser.open("/jobs/1")

    assert desk.views.item(claim.item_id).job_id == 2
    assert "1 row was sent again. It waits in a later job, and this page says what came of it." in browser.text
    assert "waits for its turn" not in browser.text


def test_where_no_robot_is_at_work_a_spreadsheet_says_so_and_guesses_no_time(browser: Browser, office: Office) -> None:
    mine = after_others(browser, office)

    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": mine})
    to_clerk = browser.text
    browser.add("Opal Operator", Role.OPERATOR)
    browser.sign_in("Opal Operator")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": mine})

    said = "No robot is at work now. Your job is safe once you start it, and starts when one is."
    assert f"{said} Ask the digital team when that will be." in to_clerk
    assert f"{said} Start a worker with rpa work ." in browser.text
    assert "It should start" not in to_clerk + browser.text


def test_where_every_machine_is_paused_a_spreadsheet_says_so_and_guesses_no_time(
    browser: Browser, office: Office
) -> None:
    mine = after_others(browser, office)
    me = this_process(known_as="another")
    browser.site.desk.workers.register(me)
    browser.site.desk.machines.pause(me.host, by=IT, why="new windows")

    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": mine})

    assert "The robot is paused. You can start this: its rows wait until the digital team resumes it." in browser.text
    assert "It should start" not in browser.text
    assert "No robot is at work" not in browser.text


def after_others(browser: Browser, office: Office) -> Path:
    """Sign a clerk in, and return a list of his, which ten urgent rows of half a minute come before."""
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
    return mine


@contextmanager
def with_ledger(office: Office, clock: HandClock, hours: str | None, more: str = "") -> Iterator[Browser]:
    """Return the browser of a clerk whose work acts in a system with such hours, or in one that nobody registered."""
    (office.folder / "procedures" / "ledger.py").write_text(LEDGER, encoding="utf-8")
    toml = office.data / "rpa.toml"
    system = SYSTEM.format(hours=hours) if hours is not None else ""
    toml.write_text(toml.read_text(encoding="utf-8") + system + more, encoding="utf-8")
    with contextmanager(opened_site)(office, clock) as browser:
        browser.add("Jo Clerk", Role.REQUESTER)
        browser.sign_in("Jo Clerk")
        yield browser


def sent(browser: Browser, office: Office, workflow: str, *fates: str, name: str) -> str:
    """Send a list as far as the page that checks it, and return what it says."""
    browser.open(f"/start/{workflow}")
    browser.send(f"/start/{workflow}", files={"sheet": office.list(*fates, name=name)})
    return browser.text
