"""A queue and everything under it, on each database in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from rpa.audit import Pseudonyms, Record
from rpa.audit.record import Origin
from rpa.db import Database
from rpa.journal import Journal, Journals
from rpa.models import Actor, ActorKind, Claim, Ending, NewItem, RowRef, Submission
from rpa.queue import Queue
from rpa.states import ItemState
from rpa.views import Views
from tests.conftest import HandClock

PERSON = Actor(ActorKind.PERSON, "A. Clerk")
BOT = Actor(ActorKind.BOT, "tidy_up")
LEASE = timedelta(seconds=60)
DONE = Ending(ItemState.COMPLETED, outcome="done")


@dataclass(frozen=True)
class Bench:
    """The queue with what it writes to, and short words for what every test does."""

    database: Database
    queue: Queue
    views: Views
    journals: Journals
    clock: HandClock

    def submit(self, *keys: str, once: bool = False) -> int:
        items = [NewItem(key, {"value": key}, [RowRef("sheet", "Sheet1", row)]) for row, key in enumerate(keys, 2)]
        return self.queue.submit(Submission("tidy_up", "1", PERSON, items, once=once))

    def submit_items(self, items: Sequence[NewItem]) -> int:
        return self.queue.submit(Submission("tidy_up", "1", PERSON, items))

    def claim(self, worker: str = "w1") -> Claim:
        claim = self.queue.claim(worker, ["tidy_up"], lease=LEASE)
        assert claim is not None
        return claim

    def nothing_due(self) -> bool:
        return self.queue.claim("w1", ["tidy_up"], lease=LEASE) is None

    def finish(self, claim: Claim, ending: Ending = DONE) -> ItemState:
        return self.queue.finish(claim, ending, by=BOT)

    def journal(self, claim: Claim) -> Journal:
        return self.journals.of(claim, BOT)

    def state(self, item_id: int) -> ItemState:
        return self.views.item(item_id).state


@pytest.fixture
def bench(database: Database, clock: HandClock) -> Bench:
    record = Record(Origin("host", "worker", "0"), clock)
    pseudonyms = Pseudonyms(b"k" * 32)
    queue = Queue(database, record, pseudonyms, clock)
    return Bench(database, queue, Views(database), Journals(database, record, pseudonyms, clock), clock)
