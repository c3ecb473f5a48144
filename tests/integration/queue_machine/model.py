"""What the queue must do, in plain Python: a dict of items and one of jobs, and what each move makes of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from rpa.models import Claim, Ending, KeptStep, NewItem, Submission
from rpa.states import EffectState, Failure, ItemState, RowEnd
from tests.integration.queue_machine.items import MOST_CRASHES, OPEN, UNFINISHED, ModelItem, ModelJob
from tests.integration.queue_machine.lines import Lines
from tests.integration.queue_machine.systems import MAY_USE, ModelSystem, registered


class Model:
    """All that is known of jobs, items and systems. Its methods are the moves; each says what must come of it."""

    def __init__(self) -> None:
        self.items: dict[int, ModelItem] = {}
        self.jobs: dict[int, ModelJob] = {}
        self.systems: dict[str, ModelSystem] = registered()
        self.alarms: set[tuple[str, str]] = set()
        self.told_of_systems: Counter[tuple[str, str]] = Counter()
        self.lines = Lines()
        self._served: dict[str, dict[str, int]] = {}

    def in_state(self, *states: ItemState) -> list[ModelItem]:
        return [one for one in self.items.values() if one.state in states]

    def open_of(self, job: int) -> int:
        return sum(one.job == job for one in self.in_state(*OPEN))

    def ends_of_rows(self, job: int) -> Counter[str]:
        """Count the rows of a job by where they are now."""
        rows = self.jobs[job].rows
        return Counter(str(self.items[item].state if item is not None else end) for end, item in rows)

    def holds(self, claim: Claim) -> bool:
        one = self.items[claim.item_id]
        return one.state == ItemState.RUNNING and one.claim == claim.id

    # Moves ----------------------------------------------------------------------------------------------------------

    def sort_out(self, asked: Submission) -> list[ModelItem | RowEnd | None]:
        """Say of each item that is sent: new (None), the same as that one again, or a duplicate."""
        found: list[ModelItem | RowEnd | None] = []
        seen: set[str] = set()
        for one in asked.items:
            same = [other for other in self.items.values() if (other.workflow, other.key) == (asked.workflow, one.key)]
            unfinished = [other for other in same if other.state in UNFINISHED]
            done = asked.once and any(other.state == ItemState.COMPLETED for other in same)
            if one.key in seen or any(other.state in OPEN for other in unfinished) or (done and not unfinished):
                found.append(RowEnd.DUPLICATE)
            else:
                found.append(unfinished[0] if unfinished else None)
            seen.add(one.key)
        return found

    def submit(self, job: int, asked: Submission, numbers: Mapping[str, int], now: datetime) -> None:
        """Store a job; `numbers` are those that its items were given, by key."""
        made = self.jobs[job] = ModelJob(job, [(lost.ended, None) for lost in asked.other_rows])
        waiting = 0
        for one, before in zip(asked.items, self.sort_out(asked), strict=True):
            if isinstance(before, RowEnd):
                made.rows += [(before, None) for _ in one.places]
                continue
            item = self._placed(job, asked, one, before=before, number=numbers[one.key], now=now)
            made.rows += [(RowEnd.ITEM, item.id) for _ in one.places]
            if item.state == ItemState.PENDING:
                self.lines.expect(item, waiting)
                waiting += 1
        if waiting == 0:
            self._complete(job)

    def offers(self, worker: str, workflows: Collection[str], now: datetime) -> list[ModelItem]:
        """Return the items one of which must be taken: the most urgent of the workflow whose turn it is."""
        self.lines.arrive(self.in_state(ItemState.PENDING), now)
        due = [
            one
            for one in self.in_state(ItemState.PENDING)
            if one.available_at <= now and one.workflow in workflows and self._may_act(one.workflow, worker, now)
        ]
        heads = {one.workflow: min(other.priority for other in due if other.workflow == one.workflow) for one in due}
        if not heads:
            return []
        served = self._served.setdefault(worker, {})
        first = min(heads, key=lambda name: (heads[name], served.get(name, 0), name))
        return [one for one in due if (one.workflow, one.priority) == (first, heads[first])]

    def claim(self, claim: Claim) -> None:
        one = self.items[claim.item_id]
        self.lines.taken(one)
        served = self._served.setdefault(claim.worker, {})
        served[one.workflow] = max(served.values(), default=0) + 1
        for name in MAY_USE[one.workflow]:
            self.systems[name].sit(claim.worker)
        one.state, one.claim, one.worker, one.lease_until = ItemState.RUNNING, claim.id, claim.worker, claim.lease_until
        one.attempts += 1
        one.claims += 1
        one.told["item.claimed"] += 1

    def finish(self, claim: Claim, ending: Ending, now: datetime) -> ItemState:
        one = self.items[claim.item_id]
        if ending.given_back is None and ending.state != ItemState.PENDING and one.intents:
            one.close_intents()
            ending = Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT", steps=ending.steps)
        if ending.state == ItemState.PENDING:
            self.keep_steps(claim, ending.steps)
            one.available_at = ending.retry_at or now
        else:
            one.told["step.completed"] += len(ending.steps)  # nobody needs them any more
        if ending.given_back is not None:
            one.attempts -= 1
            self._ended(one, "deferred")
            one.end(ItemState.PENDING)
            return one.state
        self._ended(one, "retry_planned" if ending.state == ItemState.PENDING else str(ending.state))
        one.end(ending.state, failure=ending.failure, code=ending.code if ending.failure else None,
                outcome=ending.outcome or None)  # fmt: skip
        self._tell_systems(one.workflow, ending, now)
        self._complete_if_done([one] if one.state not in OPEN else [])
        return one.state

    def rescue(self, dead: Collection[str], *, judging: bool, blame: bool, now: datetime) -> int:
        lost = [one for one in self.in_state(ItemState.RUNNING) if one.worker in dead
                or (judging and one.lease_until is not None and one.lease_until < now)]  # fmt: skip
        for one in lost:
            one.attempts -= 1
            one.crashes += blame
            self._ended(one, "rescued")
            if one.crashes < MOST_CRASHES:
                one.available_at = now
                one.end(ItemState.PENDING)
                continue
            failure = Failure.IN_DOUBT if one.intents else Failure.SYSTEM
            one.close_intents()
            one.end(ItemState.FAILED, failure=failure, code="CRASHES_WORKER")
            one.told["item.failed"] += 1
        self._complete_if_done(one for one in lost if one.state == ItemState.FAILED)
        for system in self.systems.values():
            system.sitting -= set(dead)
        return len(lost)

    def cancel(self, numbers: Collection[int]) -> int:
        found = [one for one in self.in_state(ItemState.PENDING, ItemState.FAILED) if one.id in numbers]
        were_open = [one for one in found if one.state in OPEN]
        for one in found:
            self.lines.cancelled(one)
            one.close_intents()
            one.end(ItemState.CANCELLED)
            one.told["item.cancelled"] += 1
        self._complete_if_done(were_open)
        return len(found)

    def retry(self, numbers: Collection[int], now: datetime) -> int | None:
        """Open items again; None, and nothing is moved, when one of them would be the second of its key."""
        found = [one for one in self.in_state(ItemState.FAILED, ItemState.CANCELLED) if one.id in numbers]
        keys = [(one.workflow, one.key) for one in found]
        others = [(one.workflow, one.key) for one in self.in_state(*UNFINISHED) if one not in found]
        if len(set(keys)) < len(keys) or set(keys) & set(others):
            return None
        for one in found:
            one.open_again(now)
            one.told["item.retried"] += 1
        return len(found)

    def extend(self, claims: Collection[str | None], until: datetime) -> None:
        for one in self.in_state(ItemState.RUNNING):
            if one.claim is not None and one.claim in claims:
                one.lease_until = until

    def write(self, claim: Claim, what: str, state: EffectState) -> None:
        """A write is begun, or is not needed."""
        one = self.items[claim.item_id]
        one.intents |= {what} if state == EffectState.INTENDED else set()
        one.writes[what, state] += 1
        one.told[f"change.{state}"] += 1

    def end_write(self, claim: Claim, what: str, state: EffectState) -> None:
        one = self.items[claim.item_id]
        one.intents.remove(what)
        one.writes[what, EffectState.INTENDED] -= 1
        self.write(claim, what, state)

    def keep_steps(self, claim: Claim, steps: Sequence[KeptStep]) -> None:
        one = self.items[claim.item_id]
        one.told["step.completed"] += len(steps)
        one.steps |= {(one.round, kept.step, kept.ordinal) for kept in steps}

    # Systems --------------------------------------------------------------------------------------------------------

    def pause(self, name: str) -> bool:
        one = self.systems[name]
        paused, one.paused = not one.paused, True
        self.told_of_systems[name, "system.paused"] += paused
        return paused

    def resume(self, name: str) -> bool:
        resumed = self.systems[name].resume()
        self.told_of_systems[name, "system.resumed"] += resumed
        return resumed

    def due_look(self, now: datetime) -> str | None:
        """Return the system that is to be looked at; nobody else looks at it for a while."""
        due = [one for one in self.systems.values() if one.is_due(now)]
        first = min(due, key=lambda one: one.look_at or now, default=None)
        if first is None:
            return None
        first.look_at = now + first.wait(first.looks + 1)
        return first.name

    def looked_at(self, name: str, *, well: bool, now: datetime) -> None:
        self.told_of_systems[name, "system.resumed"] += well and self.systems[name].look_at is not None
        self.systems[name].looked_at(well=well, now=now)

    def sign_out(self, worker: str, keep: Collection[str]) -> None:
        for one in self.systems.values():
            one.sitting -= {worker} if one.name not in keep else set()

    # How they are done ----------------------------------------------------------------------------------------------

    def _placed(self, job: int, asked: Submission, one: NewItem, *, before: ModelItem | None, number: int,
                now: datetime) -> ModelItem:  # fmt: skip
        available_at, priority = max(now, asked.timing.not_before or now), asked.timing.priority.number
        if before is None:
            item = ModelItem(number, job, asked.workflow, one.key, one.data, priority, available_at)
            self.items[number] = item
        else:
            item = before
            item.open_again(now)
            item.job, item.data, item.priority, item.available_at = job, one.data, priority, available_at
        if one.settled is not None:
            ending = one.settled
            item.end(ending.state, failure=ending.failure, code=ending.code, outcome=ending.outcome or None)
            item.told[f"item.{ending.state}"] += 1
        return item

    def _may_act(self, workflow: str, worker: str, now: datetime) -> bool:
        return all(self.systems[name].lets_in(worker, now) for name in MAY_USE[workflow])

    def _ended(self, one: ModelItem, how: str) -> None:
        one.ends[how] += 1
        one.told[f"item.{how}"] += 1

    def _tell_systems(self, workflow: str, ending: Ending, now: datetime) -> None:
        for name in MAY_USE[workflow]:
            if self.systems[name].attempt_ended(ending, MAY_USE[workflow], now):
                self.alarms.add(("breaker_opened", name))
                self.told_of_systems[name, "system.breaker_opened"] += 1

    def _complete_if_done(self, ended: Iterable[ModelItem]) -> None:
        """What a move leaves, when all of it is made, is what counts."""
        for job in {one.job for one in ended}:
            if self.open_of(job) == 0:
                self._complete(job)

    def _complete(self, job: int) -> None:
        self.jobs[job].completions += 1
        if self.ends_of_rows(job)[ItemState.FAILED]:
            self.alarms.add(("needs_person", str(job)))
