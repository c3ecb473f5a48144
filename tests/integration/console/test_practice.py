"""The practice clinic: loaded and removed by an admin, run by `rpa up`, and a sample that is sent and done."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event
from typing import Any

import httpx
import psutil
import pyotp
import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.cli import serving
from rpa.cli.exits import Exit
from rpa.cli.options import Asked, Common
from rpa.cli.working import work_until
from rpa.console.app import make_site
from rpa.console.server import Served
from rpa.db.console_tables import Role
from rpa.demo.beside import practice_beside
from rpa.desk import Desk, open_desk
from rpa.exceptions import UsageError
from rpa.practice import SYSTEM, Practice
from rpa.settings import load_settings
from tests.acceptance.survival.running import lives
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, OURS, PASSWORD, Browser
from tests.integration.console.test_commands import line, started, wait_for


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with closing(open_desk(load_settings(office.data))) as made:
        yield made


def told(desk: Desk) -> list[str]:
    return [one.name for one in Trail(desk.database).of_run(SYSTEM_RUN) if one.name.startswith("practice.")]


def test_an_admin_loads_and_removes_it_once_and_is_recorded(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    practice = Practice(browser.site.desk.settings.dir)
    browser.open("/practice")
    assert "Not loaded" in browser.text
    assert "from its next start" in browser.text  # for nothing that runs here would start it

    for _ in range(2):  # a double click
        browser.send("/practice/change", what="load")

    assert practice.is_wanted
    assert "The practice clinic is being loaded" in browser.text
    browser.send("/practice/change", what="remove")
    assert not practice.is_wanted
    assert told(browser.site.desk) == ["practice.loaded", "practice.removed"]


def test_its_samples_are_handed_out_only_while_it_runs(browser: Browser, office: Office) -> None:
    samples = Practice(office.data).samples
    samples.mkdir(parents=True)
    (samples / "patient_updates.xlsx").write_bytes(b"of a clinic that was removed")
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    assert browser.open("/practice/samples/patient_updates.xlsx").status_code == 404
    assert "practice clinic" not in browser.open("/start").text


def test_settings_are_left_alone_and_nothing_knows_it_afterwards(desk: Desk, office: Office) -> None:
    before, toml = dict(os.environ), (office.data / "rpa.toml").read_text()
    Practice(office.data).load(desk.database, desk.record, by=ADMIN)

    with practice_beside(desk.settings, desk.clock) as address:
        inside = load_settings(office.data)
        assert inside.systems[SYSTEM].address == address
        assert set(desk.settings.workflows) < set(inside.workflows)
        assert httpx.get(str(address), follow_redirects=True).status_code == 200

    assert dict(os.environ) == before
    assert (office.data / "rpa.toml").read_text() == toml
    Practice(office.data).remove(desk.database, desk.record, by=ADMIN)
    with practice_beside(desk.settings, desk.clock) as gone:
        assert gone is None
    assert not (office.data / "practice").exists()


def test_a_real_system_of_that_name_is_not_replaced(desk: Desk, office: Office) -> None:
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text() + f'[systems.{SYSTEM}]\naddress = "https://pas.example"\n')
    Practice(office.data).load(desk.database, desk.record, by=ADMIN)

    beside = practice_beside(load_settings(office.data), desk.clock)
    with pytest.raises(UsageError, match="has a system 'practice-pas' already"), beside:
        pass


@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_good_order_between_two_workers_whatever_its_starter_does_with_signals(
    office: Office, number: signal.Signals
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for what a script has put in the background
    try:
        with started("up", "--port", "0", "--practice", "--dir", office.data) as process:
            signal.signal(signal.SIGINT, before)
            assert "The console is at" in line(process)
            (office.data / "practice" / "wanted").unlink()
            wait_for(lambda: not (office.data / "practice").exists())
            children = psutil.Process(process.pid).children(recursive=True)

            process.send_signal(number)

            assert process.wait(timeout=60) == 0
            assert not psutil.wait_procs(children, timeout=10)[1]
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_signal_that_comes_while_it_changes_ends_it(office: Office) -> None:
    told = Event()

    def changes() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return True

    work_until(changes, slots=1, options=Common(dir=office.data), told=told)

    assert told.is_set()


def test_it_does_not_begin_anew_once_it_was_told_to_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def one_worker(_changed: Any, *, told: Event, **_options: Any) -> Exit:
        begun.append("worker")
        (office.data / "practice").mkdir()
        (office.data / "practice" / "wanted").touch()
        told.set()
        return Exit.DONE

    @contextmanager
    def nothing_else(*_given: object) -> Iterator[Served]:
        yield Served("http://127.0.0.1:1", None)

    monkeypatch.setattr(serving, "work_until", one_worker)
    monkeypatch.setattr(serving, "_all_but_the_worker", nothing_else)

    assert serving.up(practice=False, options=Asked(dir=office.data)) == Exit.DONE
    assert begun == ["worker"]


@pytest.mark.timeout(240)
def test_a_newcomer_loads_it_in_the_console_sends_a_sample_and_sees_it_done(office: Office) -> None:
    with started("up", "--port", "0", "--dir", office.data) as process, ExitStack() as clients:
        address = re.sub(r"The console is at (\S+)\n", r"\1", line(process))
        link = line(process).rpartition(" ")[2].strip()
        admin, clerk = clients.enter_context(client_at(address)), clients.enter_context(client_at(address))
        admin.post(link, data={"name": "Ada Admin", "password": PASSWORD, "again": PASSWORD})
        sign_in(admin, "Ada Admin")

        load = send(admin, "/practice", "/practice/change", what="load")
        wait_for(lambda: "Try it" in shown(admin, "/practice"))

        assert "The robot pauses for a few seconds" not in load.text
        let_in_clerk(office)
        sign_in(clerk, "Jo Clerk")
        sample = clerk.get("/practice/samples/patient_updates.xlsx").content
        work = "/start/update_patient_records"
        checked = send(clerk, work, work, files={"sheet": ("patient_updates.xlsx", sample)})
        assert "ready row" in checked.text, checked.text
        job = send(clerk, checked.url.path, checked.url.path).url.path
        wait_for(lambda: 'data-open="no"' in shown(clerk, job), seconds=120)
        assert re.search(r"[1-9][0-9]* done", shown(clerk, job)), shown(clerk, job)
        send(admin, "/practice", "/practice/change", what="remove")
        wait_for(lambda: not (office.data / "practice").exists())
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)

        # One that reads from a pipe of the process ends a moment after it.
        wait_for(lambda: not [one for one in children if lives(one)])


def client_at(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, follow_redirects=True, headers=OURS, timeout=30)


def shown(client: httpx.Client, path: str) -> str:
    try:
        return client.get(path).text
    except httpx.TransportError:  # it starts anew just now
        return ""


def send(client: httpx.Client, page: str, path: str, *, files: dict[str, tuple[str, bytes]] | None = None,
         **values: str) -> httpx.Response:  # fmt: skip
    found = re.search(r'name="token" value="([^"]*)"', client.get(page).text)
    assert found
    return client.post(path, data={"token": found[1], **values}, files=files)


def sign_in(client: httpx.Client, name: str) -> None:
    answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
    secret = re.search(r'id="secret">([^<]*)<', answer.text)
    if secret:
        send(client, answer.url.path, answer.url.path, code=pyotp.TOTP(secret[1].replace(" ", "")).now())


def let_in_clerk(office: Office) -> None:
    with closing(open_desk(load_settings(office.data))) as desk:
        site = make_site(desk)
        person = site.people.add("Jo Clerk", [Role.REQUESTER], by=ADMIN)
        site.links.use(site.links.for_person(person, by=ADMIN), "Jo Clerk", PASSWORD)


def test_the_flag_loads_it_from_the_start(office: Office) -> None:
    with started("up", "--practice", "--port", "0", "--dir", office.data) as process:
        said = [line(process) for _ in range(3)][-1]
        found = re.search(r"The practice clinic runs at (\S+);", said)

        assert found
        assert httpx.get(found[1], follow_redirects=True).status_code == 200
