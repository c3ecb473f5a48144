"""What runs on the database: each slot is a process with a queue, gates and a record of its own, as in `rpa work`."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete

from rpa.audit import Pseudonyms, Record
from rpa.audit.record import Origin
from rpa.db import Database
from rpa.db.tables import metadata
from rpa.gates import Gates
from rpa.journal import Journal, Journals
from rpa.models import Claim
from rpa.queue import Queue
from rpa.systems import Systems
from rpa.turns import Turns
from tests.conftest import HandClock
from tests.integration.conftest import BOT
from tests.integration.queue_machine.systems import MAY_USE, SYSTEMS


class Process:
    """One start of a slot, or of a command that a person gives: a fresh identity each time."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.id = uuid4().hex
        record, pseudonyms = Record(Origin("host", self.id, "0"), clock), Pseudonyms(b"k" * 32)
        self.gates = Gates(Systems(SYSTEMS), record, clock)
        self._turns = Turns(clock, self.gates, lambda: MAY_USE)
        self.queue = Queue(database, record, pseudonyms, clock, turns=self._turns)
        self._journals = Journals(database, record, pseudonyms, clock)

    def begin(self, claim: Claim) -> "Grip":
        """Leave, as a slot does, the systems that the claim doesn't need, and open the journal of the attempt."""
        needed = MAY_USE[claim.workflow]
        if self._turns.seated_beside(needed):
            self.queue.free_seats(self.id, keep=needed)
        return Grip(self, claim, self._journals.of(claim, BOT))


@dataclass
class Grip:
    """A claim in the hands of a process, which may be lost by now without its knowing."""

    process: Process
    claim: Claim
    journal: Journal

    def __repr__(self) -> str:
        return f"item {self.claim.item_id}, attempt {self.claim.attempt} of round {self.claim.round}"


def empty(database: Database) -> None:
    """Take everything out of the tables: to make them anew for each example would take most of the time."""
    with database.transaction() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
