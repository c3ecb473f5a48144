"""Processes die, or are taken for lost though they live, and what they held is put back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from rpa.models import Claim
from rpa.states import EffectState
from tests.integration.conftest import LEASE
from tests.integration.queue_machine.asking import END_WELL, End, able_to, ends
from tests.integration.queue_machine.bench import SLOTS
from tests.integration.queue_machine.processes import Process
from tests.integration.queue_machine.writes import Writes

NAMES = st.sampled_from(SLOTS)


class Crashes(Writes):
    @rule(slot=NAMES, workflows=able_to, times=st.integers(1, 6), writes=st.booleans())
    def a_slot_dies_of_all_it_takes(self, slot: str, workflows: tuple[str, ...], times: int, writes: bool) -> None:
        for _ in range(times):
            if slot not in self.hands:
                claim = self.slots[slot].queue.claim(self.slots[slot].id, workflows, lease=LEASE)
                self.take(slot, claim, workflows)
            if writes and slot in self.hands:
                self.write_something(self.hands[slot], "phone", EffectState.IN_DOUBT)
            self._die(slot, found_at_once=True)
            self.pass_a_tick()

    @precondition(lambda self: 0 < len(self.hands) < len(SLOTS))
    @rule(data=st.data(), end=ends, wakes=st.booleans())
    def an_item_is_taken_over_from_a_slot_that_lives(self, data: st.DataObject, end: End, wakes: bool) -> None:
        slot = data.draw(st.sampled_from(sorted(self.hands)), label="slot")
        other = data.draw(st.sampled_from([name for name in SLOTS if name not in self.hands]), label="other")
        one = self.hands[slot]
        self._rescue([self.slots[slot].id], judging=False, blame=True)

        self._work_until_taken(other, one.claim)

        if wakes:
            self.finish(one, end)

    @rule(data=st.data())
    def a_slot_dies_unnoticed(self, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(sorted(self.hands) or SLOTS), label="slot")

        self._die(slot, found_at_once=False)

    @rule(taken_for_lost=st.sets(NAMES, max_size=1), judging=st.booleans(), blame=st.booleans())
    def whoever_is_gone_is_buried(self, taken_for_lost: set[str], judging: bool, blame: bool) -> None:
        gone = [*self.dead, *(self.slots[slot].id for slot in sorted(taken_for_lost))]
        self.dead.clear()

        self._rescue(gone, judging=judging, blame=blame)

    def _work_until_taken(self, slot: str, lost: Claim) -> None:
        """Let a slot do what comes first, until it is given that item or nothing."""
        process, able = self.slots[slot], [lost.workflow]
        while slot not in self.hands:
            self.take(slot, process.queue.claim(process.id, able, lease=LEASE), able)
            if slot not in self.hands or self.hands[slot].claim.item_id == lost.item_id:
                break
            self.finish(self.hands[slot], END_WELL)
            self.pass_a_tick()

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
