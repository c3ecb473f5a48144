"""Playwright's own viewer shows a trace that was kept, with nothing from outside."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rpa.db.console_tables import Role
from tests.acceptance.console.conftest import BY, PASSWORD, Room
from tests.acceptance.console.test_console import started, watched

_OF_THE_VIEWER = "An iframe which has both allow-scripts and allow-same-origin"
"""The browser's remark on the viewer's own frame."""


@pytest.fixture
def operator(room: Room) -> Page:
    name = "Tina Tracer"
    if room.site.people.named(name) is None:
        person = room.site.people.add(name, [Role.OPERATOR], by=BY)
        room.site.links.use(room.site.links.for_person(person), name, PASSWORD)
    page = room.page()
    room.let_in(page, name)
    return page


def traced(room: Room, folder: Path) -> bytes:
    """Return a trace of a page that says hello."""
    context = room.browser.new_context()
    context.tracing.start(snapshots=True, screenshots=True)
    page = context.new_page()
    page.set_content("<h1>Hello from the trace</h1>")
    page.get_by_role("heading").click()
    context.tracing.stop(path=folder / "trace.zip")
    context.close()
    return (folder / "trace.zip").read_bytes()


def test_a_trace_is_opened_from_the_run_of_a_row(room: Room, operator: Page, tmp_path: Path) -> None:
    job = started(room, room.page(name="Jo Clerk"), "nobody")
    room.work()
    (item,) = room.desk.views.items(job)
    room.desk.evidence.keep(traced(room, tmp_path), kind="trace", name="pas.zip", job_id=job, item_id=item.id)
    wrong = watched(room, operator)

    operator.goto(f"/runs/{item.id}")
    operator.get_by_role("link", name="Open the trace").click()

    expect(operator.get_by_text("Click").first).to_be_visible(timeout=20_000)
    assert not [one for one in wrong if not one.startswith(_OF_THE_VIEWER)]
