"""Jobs come in, and slots claim, extend and finish, also with claims that they have lost."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from rpa.db.tables import item
from rpa.exceptions import ClaimLost
from rpa.models import Claim, Held
from rpa.states import ItemState
from tests.integration.conftest import BOT, LEASE
from tests.integration.queue_machine.asking import End, Job, able_to, ends, jobs, large_jobs
from tests.integration.queue_machine.bench import SLOTS, Bench
from tests.integration.queue_machine.processes import Grip

TIMES = st.integers(1, 8)


class Attempts(Bench):
    @initialize(some=st.lists(large_jobs, min_size=2, max_size=4))
    def begin_with_some_jobs(self, some: list[Job]) -> None:
        for job in some:
            self.submit(job)

    @rule(job=jobs)
    def submit(self, job: Job) -> None:
        asked = job.submission(self.clock.time, len(self.model.jobs) + 1)

        number = self.person.queue.submit(asked)

        with self.database.reading() as connection:
            rows = connection.execute(select(item.c.key, item.c.id).where(item.c.job_id == number)).all()
        self.model.submit(number, asked, {row.key: row.id for row in rows}, self.clock.time)

    # One rule for each slot: of three, one is most likely to be among those that Hypothesis lets take part.
    @rule(data=st.data(), times=TIMES)
    def first_slot_works(self, data: st.DataObject, times: int) -> None:
        self._work("first", data, times)

    @rule(data=st.data(), times=TIMES)
    def second_slot_works(self, data: st.DataObject, times: int) -> None:
        self._work("second", data, times)

    @rule(data=st.data(), times=TIMES)
    def third_slot_works(self, data: st.DataObject, times: int) -> None:
        self._work("third", data, times)

    @precondition(lambda self: self.lost)
    @rule(data=st.data(), end=ends)
    def an_attempt_ends_that_was_given_up(self, data: st.DataObject, end: End) -> None:
        self.finish(data.draw(st.sampled_from(self.lost), label="claim"), end)

    @rule(slots=st.sets(st.sampled_from(SLOTS)))
    def a_supervisor_extends_all_leases(self, slots: set[str]) -> None:
        workers = [self.slots[name].id for name in sorted(slots)]

        held = self.person.queue.extend_all(workers, LEASE)

        theirs = [one for one in self.model.in_state(ItemState.RUNNING) if one.worker in workers]
        assert set(held) == {Held(one.id, one.claim or "", one.worker or "", one.workflow) for one in theirs}
        self.model.extend([one.claim for one in held], self.clock.time + LEASE)

    def _work(self, slot: str, data: st.DataObject, times: int) -> None:
        """Let a slot claim, or end what it has in hand and claim the next, so many times. There is always work."""
        process = self.slots[slot]
        if not self.model.in_state(ItemState.PENDING):
            self.submit(data.draw(large_jobs, label="job"))
        for _ in range(times):
            workflows = data.draw(able_to, label="able to")
            if (one := self.hands.get(slot)) is None:
                claim = process.queue.claim(process.id, workflows, lease=LEASE)
                self.take(slot, claim, workflows)
                if claim is None:
                    break
            elif data.draw(st.booleans(), label="claims at once"):
                self._finish_and_claim(slot, one, data.draw(ends, label="end"), workflows)
            else:
                self.finish(one, data.draw(ends, label="end"))
            self.pass_a_tick()

    def _finish_and_claim(self, slot: str, one: Grip, end: End, workflows: tuple[str, ...]) -> None:
        ending = end.ending(self.clock.time, one.journal.waiting)

        def both() -> Claim | None:
            return one.process.queue.finish_and_claim(one.claim, ending, by=BOT, workflows=workflows, lease=LEASE,
                                                      worker_id=one.process.id)  # fmt: skip

        self.let_go(one)
        if self.model.holds(one.claim):
            following = both()
            self.model.finish(one.claim, ending, self.clock.time)
            self.take(slot, following, workflows)
        else:
            with pytest.raises(ClaimLost):
                both()
