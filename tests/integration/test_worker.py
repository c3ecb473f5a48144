"""The loop of a slot: what becomes of an item that it must let go."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from rpa import Item, Row, column, workflow
from rpa.db.tables import item as item_table
from rpa.desk import Desk, open_desk
from rpa.library import WorkflowLibrary
from rpa.models import NewItem, RowRef, Submission
from rpa.settings import load_settings
from rpa.states import ItemState
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.integration.conftest import PERSON

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(Row):
    name: str = column("Name")


@pytest.fixture
def opened(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with closing(open_desk(load_settings(tmp_path, workflows=(), database_url=database_url))) as desk:
        yield desk


def test_item_whose_lease_ended_unnoticed_is_given_back_and_not_held_for_ever(opened: Desk) -> None:
    done: list[int] = []

    @workflow(title="Tick a line", key="name")
    def tick(item: Item[Entry]) -> str:
        if item.attempt == 1 and not done and not looked:
            looked.append(1)
            let_its_lease_end(opened)
        item.effect("line", lambda: done.append(item.id), done=lambda: item.id in done)
        return "ticked"

    looked: list[int] = []
    desk = replace(opened, workflows=WorkflowLibrary([tick]))
    place = RowRef("sheet", "Sheet1", 2)
    job_id = desk.queue.submit(Submission("tick", "1", PERSON, [NewItem("a", {"name": "a"}, [place])]))
    looks = iter(range(3))

    desk.worker(HandedBots({})).run(this_process(), until=lambda: next(looks, None) is None)

    (item,) = desk.views.items(job_id)
    assert (item.state, item.attempts, len(done)) == (ItemState.COMPLETED, 1, 1)


def let_its_lease_end(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        ended = update(item_table).where(item_table.c.state == ItemState.RUNNING).values(lease_until=LONG_AGO)
        connection.execute(ended)
