"""Pages of the digital team in a real browser where much is to be seen: systems, machines, doubts, traces."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rpa.console.app import make_site
from rpa.db.console_tables import Role
from rpa.desk import Desk, open_desk
from rpa.lists import Cause
from rpa.models import Actor, ActorKind, Ending
from rpa.settings import load_settings
from rpa.states import Failure, ItemState
from rpa.workers import this_process
from tests.acceptance.console.conftest import BY, PASSWORD, Room, _served
from tests.acceptance.console.test_console import found_wrong, press, watched
from tests.integration.cli.office import make_office

SETTINGS = """
[systems.pas]
address = "http://127.0.0.1:1"
max_sessions = 2
hours = ["Mon-Sun 00:00-24:00"]

[schedules.nightly]
workflow = "tidy"
cron = "0 2 * * *"
files = ["nowhere.csv"]
"""
BOT = Actor(ActorKind.BOT, "tidy")
DOUBT = "/problems/tidy/in_doubt/IN_DOUBT"


@pytest.fixture(scope="module")
def served(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    office = make_office(tmp_path_factory.mktemp("console"))
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text() + SETTINGS)
    with closing(open_desk(load_settings(office.data))) as desk:
        site = make_site(desk)
        person = site.people.add("Opal Operator", [Role.OPERATOR], by=BY)
        site.links.use(site.links.for_person(person, by=BY), "Opal Operator", PASSWORD)
        with _served(office) as at:
            yield Room(at, office, site, chromium)


@pytest.fixture
def operator(room: Room) -> Page:
    page = room.page()
    room.let_in(page, "Opal Operator")
    return page


def submitted(room: Room, *fates: str) -> int:
    return room.desk.submit("tidy", [str(room.office.list(*fates))], by=BY, again=True).job.id


def put_in_doubt(desk: Desk) -> None:
    claim = desk.queue.claim("another", ["tidy"], lease=desk.lease)
    assert claim is not None
    desk.queue.finish(claim, Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT"), by=BOT)


def refused(page: Page, address: str, button: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")


def test_pages_with_much_to_see_break_no_rule_in_any_state(room: Room, operator: Page) -> None:
    desk, me, wrong = room.desk, this_process(known_as="another"), watched(room, operator)
    desk.workers.register(me)
    submitted(room, "fine", "nobody", "fine", "bug")
    room.work()
    submitted(room, "fine", "fine")
    put_in_doubt(desk)
    held = desk.queue.claim("another", ["tidy"], lease=desk.lease)
    machine = f"/workers/{me.host}"

    for address in ("/now", "/problems", "/workers", machine, "/systems", "/systems/pas", "/schedules",
                    "/schedules/nightly", "/workflows", "/workflows/tidy", DOUBT, f"{DOUBT}/retry",
                    f"{DOUBT}/note"):  # fmt: skip
        operator.goto(address)
        wrong += found_wrong(operator, f"full {address}")
    for address, button in ((machine, "Pause"), ("/systems/pas", "Pause"), ("/schedules/nightly", "Pause"),
                            ("/workflows/tidy", "Pause"), (f"{DOUBT}/note", "Save"),
                            (f"{DOUBT}/retry", "Retry")):  # fmt: skip
        refused(operator, address, button)
        wrong += found_wrong(operator, f"refused {address}")
    for address in (machine, "/systems/pas", "/schedules/nightly", "/workflows/tidy"):
        operator.goto(address)
        operator.get_by_label("Why?").fill("it is put right")
        press("Pause")(operator)
        wrong += found_wrong(operator, f"said after {address}")
    desk.cause_notes.note(Cause("tidy", Failure.IN_DOUBT, "IN_DOUBT"), "x" * 300, link="https://a.example/1", by=BY)
    for address in (
        "/now",
        "/problems",
        f"{DOUBT}/note",
        "/workers",
        machine,
        "/systems",
        "/systems/pas",
        "/schedules",
        "/schedules/nightly",
        "/workflows",
        "/workflows/tidy",
        DOUBT,
    ):
        operator.goto(address)
        wrong += found_wrong(operator, f"paused {address}")

    desk.workflow_pauses.end("tidy", by=BY, why="the next test needs it")
    assert held is not None
    assert not wrong


def test_a_cause_with_a_long_code_is_whole_on_a_narrow_screen(room: Room, operator: Page) -> None:
    submitted(room, "fine")
    claim = room.desk.queue.claim("another", ["tidy"], lease=room.desk.lease)
    assert claim is not None
    code = "BOOKED_STILL_ON_THE_OTHER_WORKLIST"
    room.desk.queue.finish(claim, Ending(ItemState.FAILED, failure=Failure.BUSINESS, code=code), by=BOT)

    operator.goto("/problems")

    assert found_wrong(operator, "a long code") == []


def test_a_machine_is_paused_without_javascript(room: Room) -> None:
    desk, me = room.desk, this_process(known_as="without")
    desk.workers.register(me)
    page = room.page(script=False)
    room.let_in(page, "Opal Operator")
    if me.host in desk.machines.pauses():
        desk.machines.resume(me.host, by=BY, why="the test before has paused it")

    page.goto(f"/workers/{me.host}")
    page.get_by_label("Stop now").check()
    page.get_by_label("Why?").fill("it burns")
    page.get_by_role("button", name="Pause").click()

    expect(page.get_by_text("The machine is paused.")).to_be_visible()
    assert desk.machines.pauses()[me.host].at_once
    desk.machines.resume(me.host, by=BY, why="it burns no more")


@pytest.fixture
def trace(room: Room, tmp_path: Path) -> Callable[[str], bytes]:
    def made(text: str) -> bytes:
        page = room.page()
        page.context.tracing.start(screenshots=True, snapshots=True)
        page.set_content(f"<h1>{text}</h1>")
        page.get_by_role("heading").click()
        page.context.tracing.stop(path=tmp_path / "trace.zip")
        return (tmp_path / "trace.zip").read_bytes()

    return made


def test_a_trace_is_shown_in_the_viewer_that_comes_with_the_package(room: Room, operator: Page,
                                                                   trace: Callable[[str], bytes]) -> None:  # fmt: skip
    job = submitted(room, "nobody")
    room.work()
    item = room.desk.views.items(job)[0]
    room.desk.evidence.keep(trace("Clinic of Tuesday"), kind="trace", name="pas.zip", job_id=job, item_id=item.id)
    wrong = watched(room, operator)

    operator.goto(f"/runs/{item.id}")
    operator.get_by_role("link", name="Open the trace").click()

    expect(operator.get_by_text("Set content").first).to_be_visible(timeout=60_000)
    operator.get_by_text("Click").first.click()
    frames = operator.frame_locator("iframe.snapshot-visible")
    expect(frames.get_by_role("heading", name="Clinic of Tuesday")).to_be_visible(timeout=60_000)
    assert [one for one in wrong if "://" in one and not one.startswith((room.address, "blob:", "data:"))] == []
