"""People cancel, retry, pause and resume; slots sign out; systems that are left alone are looked at."""

from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from rpa.exceptions import UsageError
from rpa.states import ItemState
from tests.integration.conftest import PERSON
from tests.integration.queue_machine.asking import END_BADLY
from tests.integration.queue_machine.bench import SLOTS, Bench
from tests.integration.queue_machine.systems import LONGEST_WAIT, MAY_USE, SYSTEMS

NAMES = st.sampled_from([one.name for one in SYSTEMS])
ENDED = (ItemState.FAILED, ItemState.CANCELLED)


class Decisions(Bench):
    @precondition(lambda self: self.model.items)
    @rule(data=st.data())
    def a_person_cancels(self, data: st.DataObject) -> None:
        chosen = self._some_items(data)

        cancelled = self.person.queue.cancel(chosen, by=PERSON, why="sent by mistake")

        assert cancelled == self.model.cancel(chosen)

    @precondition(lambda self: self.model.in_state(*ENDED))
    @rule(data=st.data(), all_of_them=st.booleans())
    def a_person_retries(self, data: st.DataObject, all_of_them: bool) -> None:
        self._retry([one.id for one in self.model.in_state(*ENDED)] if all_of_them else self._some_items(data))

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_person_retries_at_once(self, data: st.DataObject) -> None:
        slot = data.draw(st.sampled_from(sorted(self.hands)), label="slot")
        claim = self.hands[slot].claim
        self.finish(self.hands[slot], END_BADLY)

        self._retry([claim.item_id])

    @rule(name=NAMES, pauses=st.booleans())
    def a_person_pauses_or_resumes(self, name: str, pauses: bool) -> None:
        gates = self.person.gates
        move, expected, refusal = (
            (gates.pause, self.model.pause(name), "is paused") if pauses
            else (gates.resume, self.model.resume(name), "neither paused nor left alone")
        )  # fmt: skip
        with self.database.transaction() as connection, nullcontext() if expected else refused(refusal):
            move(connection, name, by=PERSON, why="upgrade")

    @precondition(lambda self: self.looks or any(one.look_at for one in self.model.systems.values()))
    @rule(slot=st.sampled_from(SLOTS), waits=st.booleans(), answers=st.booleans(), well=st.booleans())
    def a_slot_looks_whether_a_system_is_well(self, slot: str, waits: bool, answers: bool, well: bool) -> None:
        self.clock.pass_by(seconds=LONGEST_WAIT if waits else 0)
        expected = self.model.due_look(self.clock.time)

        with self.database.transaction() as connection:
            assert self.slots[slot].gates.due_probe(connection) == expected

        self.looks += [expected] if expected else []
        if answers and self.looks:
            self._answer(self.looks.pop(0), well)

    @rule(slot=st.sampled_from(SLOTS), names=st.sets(NAMES))
    def a_slot_signs_out_of_all_but(self, slot: str, names: set[str]) -> None:
        needed = MAY_USE[self.hands[slot].claim.workflow] if slot in self.hands else ()
        keep = names | set(needed)

        self.slots[slot].queue.free_seats(self.slots[slot].id, keep=keep)

        self.model.sign_out(self.slots[slot].id, keep)

    def _retry(self, chosen: list[int]) -> None:
        expected = self.model.retry(chosen, self.clock.time)

        if expected is None:
            with refused("has the same key"):
                self.person.queue.retry(chosen, by=PERSON, why="mended")
        else:
            assert self.person.queue.retry(chosen, by=PERSON, why="mended") == expected

    def _answer(self, name: str, well: bool) -> None:
        """Say what a look has found, perhaps one of long ago."""
        with self.database.transaction() as connection:
            self.person.gates.probed(connection, name, well=well)
        self.model.looked_at(name, well=well, now=self.clock.time)

    def _some_items(self, data: st.DataObject) -> list[int]:
        numbers = sorted(self.model.items)
        return sorted(data.draw(st.sets(st.sampled_from(numbers), min_size=1, max_size=5), label="items"))


def refused(said: str) -> AbstractContextManager[object]:
    return pytest.raises(UsageError, match=said)
