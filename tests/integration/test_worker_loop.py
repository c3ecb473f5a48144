"""The loop of a slot on a real installation, with a workflow that needs no browser."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from rpa import Item, Row, column, workflow
from rpa.db.tables import item as item_table
from rpa.definition import Workflow
from rpa.desk import Desk, open_desk
from rpa.library import WorkflowLibrary
from rpa.models import NewItem, RowRef, Submission
from rpa.settings import load_settings
from rpa.states import ItemState
from rpa.testing import HandedBots
from tests.integration.conftest import PERSON


class Entry(Row):
    name: str = column("Name")


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with closing(open_desk(load_settings(tmp_path, workflows=(), database_url=database_url))) as opened:
        yield opened


def entering(lines: list[str], *, first: Callable[[], object]) -> Workflow[Entry]:
    """Return a workflow that enters a line; before the first it does something else."""

    tried: list[int] = []

    @workflow(title="Enter a line", key="name")
    def enter_line(item: Item[Entry]) -> str:
        """Enter a line that can be looked up."""
        if not tried:
            tried.append(item.id)
            first()
        item.effect("line", lambda: lines.append(item.row.name), done=lambda: item.row.name in lines)
        return "entered"

    return enter_line


def run(desk: Desk, one: Workflow[Entry]) -> int:
    """Do one item with that workflow, until it is not open any more, and return its number."""
    worker = replace(desk, workflows=WorkflowLibrary([one])).worker(HandedBots({}))
    entry = NewItem("a", {"name": "a"}, [RowRef("sheet", "Sheet1", 2)])
    job_id = desk.queue.submit(Submission(one.name, "1", PERSON, [entry]))
    with closing(worker.waker):
        worker.run(desk.me, until=lambda: desk.views.open_items() == 0)
    return desk.views.items(job_id)[0].id


def test_slot_whose_lease_is_over_gives_the_item_back_if_nobody_has_taken_it(desk: Desk) -> None:
    def end_the_lease() -> None:
        with desk.database.transaction() as connection:
            connection.execute(update(item_table).values(lease_until=datetime(1970, 1, 1, tzinfo=UTC)))

    lines: list[str] = []

    item_id = run(desk, entering(lines, first=end_the_lease))

    assert desk.views.item(item_id).state == ItemState.COMPLETED
    assert lines == ["a"]
