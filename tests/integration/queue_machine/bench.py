"""What every part of the machine stands on: the queue, its processes, the model, and the check after each step."""

from collections.abc import Callable, Collection

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rpa.db import Database
from rpa.exceptions import ClaimLost
from rpa.journal import Intent
from rpa.models import Claim
from rpa.states import EffectState
from tests.conftest import HandClock
from tests.integration.conftest import BOT
from tests.integration.queue_machine.agreement import check_database
from tests.integration.queue_machine.asking import SPANS, End
from tests.integration.queue_machine.model import Model
from tests.integration.queue_machine.processes import Grip, Process, empty
from tests.integration.queue_machine.story import check_record
from tests.integration.queue_machine.systems import MAY_USE

SLOTS = ("first", "second", "third")
A_TICK = 0.1
"""Longer than a queue goes without looking for items whose time has come."""
MAY_BE_THERE = (EffectState.INTENDED, EffectState.MADE, EffectState.CONFIRMED)
_MOST_LOST = 4


class Bench(RuleBasedStateMachine):
    """Three slots, a person, and a queue that must do what the model says."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        empty(database)
        self.database = database
        self.clock = HandClock()
        self.steps = 0
        self.model = Model()
        self.person = Process(database, self.clock)
        self.slots = {name: Process(database, self.clock) for name in SLOTS}
        self.hands: dict[str, Grip] = {}
        """What each slot works on, as far as it knows."""
        self.lost: list[Grip] = []
        """Claims that processes still know and must not use any more."""
        self.dead: list[str] = []
        self.begun: dict[tuple[int, str], Intent] = {}
        """The last write of each item and field."""
        self.looks: list[str] = []
        """The systems that somebody is looking at."""

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        check_database(self.database, self.model, step=self.steps)
        check_record(self.database, self.model)
        self.pass_a_tick()
        self.steps += 1

    @rule(span=st.sampled_from(sorted(SPANS)))
    def time_passes(self, span: str) -> None:
        self.clock.pass_by(seconds=SPANS[span])

    def pass_a_tick(self) -> None:
        self.clock.pass_by(seconds=A_TICK)

    def grips(self) -> list[Grip]:
        """Return the claims that any living process knows, lost or not."""
        return [*self.hands.values(), *self.lost]

    def some_grip(self, data: st.DataObject) -> Grip:
        grips = [*self.grips(), *[*self.hands.values()] * 5]  # more often one that may still be held
        return grips[data.draw(st.integers(0, len(grips) - 1), label="claim")]

    def let_go(self, one: Grip) -> None:
        """A slot learns that its attempt is over."""
        self.hands = {slot: other for slot, other in self.hands.items() if other is not one}
        self.lost = [*(other for other in self.lost if other is not one), one][-_MOST_LOST:]

    def take(self, slot: str, claim: Claim | None, workflows: Collection[str]) -> None:
        """Check what a slot was given, and put it into its hands."""
        offers = [one.id for one in self.model.offers(self.slots[slot].id, workflows, self.clock.time)]
        if claim is None:
            assert not offers
            return
        assert claim.item_id in offers, f"item {claim.item_id} of {claim.workflow} was taken"
        self.model.claim(claim)
        self.check_claim(claim)
        process = self.slots[slot]
        assert claim.worker == process.id
        assert process.queue.held_by(process.id) == claim
        self.hands[slot] = process.begin(claim)
        self.model.sign_out(process.id, MAY_USE[claim.workflow])
        self._check_what_earlier_attempts_left(self.hands[slot])

    def finish(self, one: Grip, end: End) -> None:
        """End an attempt, and see that it is refused if its claim is lost."""
        ending = end.ending(self.clock.time, one.journal.waiting)
        self.let_go(one)
        if self.model.holds(one.claim):
            state = one.process.queue.finish(one.claim, ending, by=BOT)
            assert state == self.model.finish(one.claim, ending, self.clock.time)
        else:
            with pytest.raises(ClaimLost):
                one.process.queue.finish(one.claim, ending, by=BOT)

    def check_claim(self, claim: Claim) -> None:
        one = self.model.items[claim.item_id]
        told = (
            claim.id,
            claim.job_id,
            claim.workflow,
            claim.key,
            claim.data,
            claim.round,
            claim.attempt,
            claim.follows,
        )
        assert told == (one.claim, one.job, one.workflow, one.key, one.data, one.round, one.attempts, one.claims > 1)

    def _check_what_earlier_attempts_left(self, one: Grip) -> None:
        item = self.model.items[one.claim.item_id]
        assert one.journal.steps().keys() == {place[1:] for place in item.steps if place[0] == item.round}
        found = {what for (what, state), count in item.writes.items() if count and state in MAY_BE_THERE}
        assert one.journal.earlier().keys() == found

    def write(self, one: Grip, do: Callable[[], object], *, within_lease: bool = False) -> bool:
        """Let an attempt write to its journal; return whether it could, and must it not, see that it was refused."""
        until = self.model.items[one.claim.item_id].lease_until
        if self.model.holds(one.claim) and not (within_lease and until is not None and until <= self.clock.time):
            do()
            return True
        with pytest.raises(ClaimLost):
            do()
        if not self.model.holds(one.claim):
            self.let_go(one)
        return False
