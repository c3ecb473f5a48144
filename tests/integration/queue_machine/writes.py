"""Attempts keep steps and record their writes, before and after, also with claims that they have lost."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from rpa.models import KeptStep, Write
from rpa.states import EffectState
from tests.integration.conftest import LEASE
from tests.integration.queue_machine.asking import SPANS
from tests.integration.queue_machine.bench import Bench
from tests.integration.queue_machine.processes import Grip

FIELDS = st.sampled_from(("phone", "time"))
ENDINGS = (EffectState.MADE, EffectState.CONFIRMED, EffectState.ABSENT, EffectState.IN_DOUBT)
NOTES = (EffectState.ALREADY, EffectState.PLANNED)


class Writes(Bench):
    @precondition(lambda self: self.grips())
    @rule(data=st.data(), field=FIELDS, found=st.sampled_from(ENDINGS), late=st.sampled_from((False, False, True)))
    def an_attempt_writes(self, data: st.DataObject, field: str, found: EffectState, late: bool) -> None:
        one = self.some_grip(data)
        self.clock.pass_by(seconds=SPANS["a lease"] if late else 0)

        self.write_something(one, field, found)

    @precondition(lambda self: self.grips())
    @rule(data=st.data(), takes_long=st.booleans())
    def an_attempt_keeps_a_step(self, data: st.DataObject, takes_long: bool) -> None:
        one = self.some_grip(data)
        kept = [place for place in self.model.items[one.claim.item_id].steps if place[0] == one.claim.round]
        number = 1 + len(kept) + len(one.journal.waiting)
        step = KeptStep("look", number, {"result": number}, 1.0 if takes_long else 0.0)

        if takes_long:
            self._write(one, lambda: one.journal.keep_step(step), step)
        else:
            one.journal.keep_step(step)

    @precondition(lambda self: self.grips())
    @rule(data=st.data(), field=FIELDS, state=st.sampled_from(NOTES))
    def an_attempt_has_nothing_to_write(self, data: st.DataObject, field: str, state: EffectState) -> None:
        one = self.some_grip(data)

        if self._write(one, lambda: one.journal.note(_to(field), state)):
            self.model.write(one.claim, field, state)

    @precondition(lambda self: self.grips())
    @rule(data=st.data())
    def a_lease_is_extended(self, data: st.DataObject) -> None:
        one = self.some_grip(data)

        if self.write(one, lambda: one.process.queue.extend(one.claim, LEASE)):
            self.model.extend([one.claim.id], self.clock.time + LEASE)

    def write_something(self, one: Grip, field: str, found: EffectState) -> None:
        """Begin a write, or end the one that was begun."""
        if field in self.model.items[one.claim.item_id].intents:
            self._end(one, field, found)
        else:
            self._begin(one, field)

    def _begin(self, one: Grip, field: str) -> None:
        def begin() -> None:
            self.begun[one.claim.item_id, field] = one.journal.intend(_to(field))

        if self._write(one, begin, within_lease=True):
            self.model.write(one.claim, field, EffectState.INTENDED)

    def _end(self, one: Grip, field: str, state: EffectState) -> None:
        intent = self.begun[one.claim.item_id, field]
        if self._write(one, lambda: one.journal.end(intent, state, found={"is": 2})):
            self.model.end_write(one.claim, field, state)

    def _write(self, one: Grip, do: Callable[[], object], *steps: KeptStep, within_lease: bool = False) -> bool:
        """Write to the journal; with it goes whatever waited for the next write."""
        waiting = (*one.journal.waiting, *steps)
        written = self.write(one, do, within_lease=within_lease)
        if written:
            self.model.keep_steps(one.claim, waiting)
        return written


def _to(field: str) -> Write:
    return Write("change", field, {"is": 1}, {"is": 2})
