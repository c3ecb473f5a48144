"""Processes die, or are taken for lost though they live, and what they held is put back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.integration.conftest import LEASE
from tests.integration.queue_machine.asking import END_WELL, able_to
from tests.integration.queue_machine.bench import SLOTS, Bench
from tests.integration.queue_machine.processes import Process

NAMES = st.sampled_from(SLOTS)


class Crashes(Bench):
    @rule(slot=NAMES, workflows=able_to, times=st.integers(1, 6))
    def a_slot_dies_of_all_it_takes(self, slot: str, workflows: tuple[str, ...], times: int) -> None:
        for _ in range(times):
            if slot not in self.hands:
                claim = self.slots[slot].queue.claim(self.slots[slot].id, workflows, lease=LEASE)
                self.take(slot, claim, workflows)
            self._die(slot, found_at_once=True)
            self.pass_a_tick()

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), other=NAMES)
    def an_item_is_taken_over_from_a_slot_that_lives(self, data: st.DataObject, other: str) -> None:
        slot = data.draw(st.sampled_from(sorted(self.hands)), label="slot")
        claim = self.hands[slot].claim
        self._rescue([self.slots[slot].id], judging=False, blame=True)

        while other not in self.hands:
            taken = self.slots[other].queue.claim(self.slots[other].id, [claim.workflow], lease=LEASE)
            self.take(other, taken, [claim.workflow])
            if taken is None or taken.item_id == claim.item_id:
                break
            self.finish(self.hands[other], END_WELL)
            self.pass_a_tick()

    @rule(data=st.data())
    def a_slot_dies_unnoticed(self, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(sorted(self.hands) or SLOTS), label="slot")

        self._die(slot, found_at_once=False)

    @rule(taken_for_lost=st.sets(NAMES, max_size=1), judging=st.booleans(), blame=st.booleans())
    def whoever_is_gone_is_buried(self, taken_for_lost: set[str], judging: bool, blame: bool) -> None:
        gone = [*self.dead, *(self.slots[slot].id for slot in sorted(taken_for_lost))]
        self.dead.clear()

        self._rescue(gone, judging=judging, blame=blame)

    def _die(self, slot: str, *, found_at_once: bool) -> None:
        self.dead.append(self.slots[slot].id)
        self.hands.pop(slot, None)
        self.lost = [one for one in self.lost if one.process is not self.slots[slot]]
        self.slots[slot] = Process(self.database, self.clock)

        if found_at_once:
            self._rescue([self.dead.pop()], judging=False, blame=True)

    def _rescue(self, gone: list[str], *, judging: bool, blame: bool) -> None:
        expected = self.model.rescue(gone, judging=judging, blame=blame, now=self.clock.time)

        rescued = self.person.queue.rescue(dead_workers=gone, lease=LEASE if judging else None, blame=blame)

        assert rescued == expected
