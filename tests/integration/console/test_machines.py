"""What the digital team sees of the day, and how it pauses machines, in the console."""

from importlib.metadata import version
from pathlib import Path

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.logs.lines import written
from rpa.workers import this_process
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser
from tests.integration.console.test_operating import BY, send


@pytest.fixture
def operator(browser: Browser) -> Browser:
    browser.add("Opal Operator", Role.OPERATOR)
    browser.sign_in("Opal Operator")
    return browser


@pytest.fixture
def machine(operator: Browser) -> str:
    """The machine of a worker that is idle."""
    me = this_process(known_as="another")
    operator.site.desk.workers.register(me)
    return f"/workers/{me.host}"


def test_now_counts_the_rows_of_today_and_shows_which_slot_was_at_what(operator: Browser, office: Office) -> None:
    send(operator, office.list("fine", "nobody", "fine"))
    operator.open("/now")

    done = "Today 2 rows done, 1 row for a person, and 0 attempts to be made again."
    assert f"{done} Rows that are one case count as one row here. The last one ended" in operator.text
    assert "1 slot made 3 attempts, those for plans among them; 1 of them left a row for a person." in operator.text
    page = operator.page
    assert page is not None
    assert page.text.count('class="desk-part desk-part--person"') == 1
    assert 'href="/jobs/1"' in page.text


def test_now_says_that_nothing_was_attempted_yet(operator: Browser) -> None:
    operator.open("/now")

    assert "None was attempted yet." in operator.text
    assert "Nothing was attempted today." in operator.text


def test_each_problem_on_now_leads_to_its_retry(operator: Browser, office: Office) -> None:
    send(operator, office.list("bug"))
    page = operator.open("/now").text

    assert "/problems/tidy/system/UNEXPECTED/retry" in page


def test_a_machine_is_paused_and_resumed_with_a_reason(operator: Browser, machine: str) -> None:
    operator.open(machine)
    operator.send(machine, way="pause")
    unsaid = (operator.status, operator.text)
    operator.send(machine, way="pause", why="it gets a new screen")
    paused = operator.text
    operator.open("/now")
    now = operator.text
    operator.open(machine)
    operator.send(machine, way="resume", why="it has one")

    assert unsaid[0] == 422
    assert "Enter why, for the record" in unsaid[1]
    assert "The machine is paused." in paused
    assert "by Opal Operator" in paused
    assert "it gets a new screen" in paused
    assert "is paused by Opal Operator: it gets a new screen" in now
    assert "The machine is resumed." in operator.text
    told = Trail(operator.site.desk.database).of_run(SYSTEM_RUN, names=["machine.paused", "machine.resumed"])
    assert [(one.name, one.actor.name) for one in told] == [
        ("machine.paused", "Opal Operator"), ("machine.resumed", "Opal Operator"),
    ]  # fmt: skip


def test_a_machine_that_somebody_else_has_paused_meanwhile_is_told(operator: Browser, machine: str) -> None:
    operator.open(machine)
    operator.site.desk.machines.pause(machine.rpartition("/")[2], by=BY, why="first", at_once=True)

    operator.send(machine, way="at-once", why="second")

    assert operator.status == 422
    assert "paused by Jo Clerk: first" in operator.text
    assert operator.site.desk.machines.pauses().popitem()[1].why == "first"


def test_a_machine_that_waits_for_what_is_under_way_can_be_stopped_at_once(operator: Browser, machine: str,
                                                                          office: Office) -> None:  # fmt: skip
    desk = operator.site.desk
    desk.submit("tidy", [str(office.list("fine"))], by=BY)
    assert desk.queue.claim("another", ["tidy"], lease=desk.lease) is not None
    operator.open(machine)
    operator.send(machine, way="pause", why="slowly")
    operator.open(machine)
    asked = operator.text
    operator.send(machine, way="at-once", why="it burns")

    assert "1 row is still under way, and is done first" in asked
    assert "Stop what is under way now" in asked
    assert desk.machines.pauses().popitem()[1].at_once


def test_there_is_no_machine_on_which_nothing_runs(operator: Browser) -> None:
    assert operator.open("/workers/nowhere").status_code == 404
    operator.site.desk.workers.register(this_process(known_as="another"))
    operator.open(f"/workers/{this_process().host}")
    assert operator.send("/workers/nowhere", way="pause", why="a slip").status_code == 404
    assert operator.site.desk.machines.pauses() == {}


def test_markup_in_a_reason_is_shown_and_never_run(operator: Browser, machine: str) -> None:
    operator.open(machine)
    operator.send(machine, way="pause", why="<b>new</b> screen")

    page = operator.open("/workers").text
    assert "&lt;b&gt;new&lt;/b&gt; screen" in page
    assert Path(machine).name in page


def test_a_machine_shows_the_version_of_its_workers_and_the_end_of_their_log(operator: Browser, machine: str) -> None:
    desk = operator.site.desk
    one = next(iter(desk.workers.at_work()))
    folder = desk.settings.dir / "logs"
    folder.mkdir(exist_ok=True)
    line = {"at": "2026-11-26T09:00:00+00:00", "level": "INFO", "worker": one.id, "message": "told to <b>end</b>"}
    (folder / f"2026-11-26-{one.host}-main-{one.pid}-a.jsonl").write_bytes(written(line))

    operator.open(machine)

    assert one.version == version("rpa")
    assert f"Version {version('rpa')} Last sign of life" in operator.text
    assert "told to &lt;b&gt;end&lt;/b&gt;" in operator.page.text  # type: ignore[union-attr]


def test_a_machine_whose_log_lies_elsewhere_says_where(operator: Browser, machine: str) -> None:
    operator.open(machine)

    assert "No line of its workers lies on this machine." in operator.text
