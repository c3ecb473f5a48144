"""The queue: the only writer of jobs, items and attempts, and the only place where a state moves."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from orjson import loads
from sqlalchemy import ColumnElement, Connection, RowMapping, false, select, text, update

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit import Event, Pseudonyms, Record, own_words
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.db.prepared import Answer
from rpa.db.tables import effect, item, job
from rpa.exceptions import ClaimLost, RecordError, UsageError
from rpa.ledger import Ledger
from rpa.models import Actor, ActorKind, Claim, Ending, Held, Submission
from rpa.moves import (
    COMES_BACK,
    END_ATTEMPT,
    FINISH,
    FINISH_FOR_LATER,
    facts_of,
    finished,
    held,
    keep_steps,
    locked,
    released,
    step_facts,
)
from rpa.states import EffectState, Failure, ItemState, JobState, Move, Taken, check_move
from rpa.submission import again, refuse_erased, refuse_same, store_submission
from rpa.totals import totals_of
from rpa.turns import Turns

T = TypeVar("T")
MAX_CRASHES = 3
_IS_RUNNING = text("item.state = 'running'")  # in the words of the partial index, so that it is used
LIBRARY = Actor(ActorKind.LIBRARY, "rpa")


class _Unchanged(Exception):  # noqa: N818 - no error: the way out of a transaction that is to be taken back
    """The guarded update that ends an attempt changed no row."""


class Queue:
    """Submits, claims, finishes, defers, cancels, retries and rescues.

    Each move is one transaction with its event in the record, and is guarded by the state it may start from; a slot's
    moves are guarded by its claim as well, so that a slot which lost its lease changes nothing.
    """

    def __init__(self, database: Database, record: Record, pseudonyms: Pseudonyms, clock: Clock, *,
                 leases: LeaseClock | None = None, turns: Turns | None = None) -> None:  # fmt: skip
        self._database = database
        self._record = record
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._leases = leases or clock
        self._turns = turns or Turns(clock)

    def submit(self, submission: Submission, *, also: Callable[[Connection, int], None] | None = None) -> int:
        """Store a job with all its rows and items in one transaction and return its number.

        `also` is handed the connection and the number: what it writes is true exactly when the job is there.

        Raises:
            SameInput: There is a job of the same input, where there is to be one only; nothing was stored.
        """
        with self._move(wakes=True) as (connection, ledger):
            # Of two lists that have a patient in common, the second is to find what the first one made.
            self._database.lock_input(connection, f"items of {submission.workflow}")
            if submission.one_job:
                self._database.lock_input(connection, submission.input_digest)
                refuse_same(connection, submission)
            stored = store_submission(connection, submission, pseudonyms=self._pseudonyms, now=self._clock.now())
            ledger.add(stored.job_id, *stored.events)
            self._give_way(connection, ledger, submission)
            if also is not None:
                also(connection, stored.job_id)
            if stored.open_items == 0:
                ledger.add(stored.job_id, self._complete_job(connection, stored.job_id))
            return stored.job_id

    def claim(self, worker_id: str, workflows: Collection[str], *, lease: timedelta) -> Claim | None:
        """Take the next item that is due and may be attempted now, under a lease; None when there is none."""
        with self._move() as (connection, ledger):
            taken = self._claim(connection, ledger, worker_id=worker_id, workflows=workflows, lease=lease)
        return self._served(taken)

    def finish(self, claim: Claim, ending: Ending, *, by: Actor) -> ItemState:
        """End an attempt: the item is completed, failed, or pending until its next attempt.

        Raises:
            ClaimLost: The item was rescued after the lease ended; nothing was changed.
        """
        return self._end(claim, ending, by=by, then=_nothing)[0]

    def finish_and_claim(self, claim: Claim, ending: Ending, *, by: Actor, workflows: Collection[str],
                         lease: timedelta, worker_id: str) -> Claim | None:  # fmt: skip
        """End an attempt and take the next item in the same transaction: one durable write instead of two."""
        following = partial(self._claim, worker_id=worker_id, workflows=workflows, lease=lease)
        return self._served(self._end(claim, ending, by=by, then=following)[1])

    def extend(self, claim: Claim, lease: timedelta) -> None:
        """Hold an item for another lease from now on.

        Raises:
            ClaimLost: The item was rescued after the lease ended.
        """
        with self._database.transaction() as connection:
            extended = update(item).where(*held(claim)).values(lease_until=self._leases.now() + lease)
            if connection.execute(extended).rowcount != 1:
                raise ClaimLost(_lost(claim))

    def extend_all(self, worker_ids: Collection[str], lease: timedelta) -> Sequence[Held]:
        """Hold whatever these slots hold for another lease from now on, and return what that is."""
        theirs = update(item).where(_IS_RUNNING, item.c.worker.in_(worker_ids))
        extended = theirs.values(lease_until=self._leases.now() + lease)
        told = (item.c.id, item.c.claim, item.c.worker, item.c.workflow)
        with self._database.transaction() as connection:
            return [Held(*row) for row in connection.execute(extended.returning(*told))]

    def held_by(self, worker_id: str) -> Claim | None:
        """Return what a slot holds: after a commit whose answer was lost, it is this that counts."""
        mine = select(item).where(_IS_RUNNING, item.c.worker == worker_id)
        with self._database.reading() as connection:
            found = connection.execute(mine).mappings().one_or_none()
        if found is None:
            return None
        return Claim(found["claim"], found["id"], found["job_id"], found["workflow"], found["key"], found["data"],
                     found["round"], found["attempts"], found["claims"] > 1, worker_id, found["claimed_at"],
                     found["lease_until"])  # fmt: skip

    def defer(self, claim: Claim, until: datetime, *, why: str) -> None:
        """Give an item back until later without using up an attempt."""
        with self._move(wakes=True) as (connection, ledger):
            ending = Ending(ItemState.PENDING, retry_at=until, given_back=why)
            self._defer(connection, ledger, claim, ending=ending)

    def free_seats(self, worker_id: str, *, keep: Collection[str] = ()) -> None:
        """Give up a slot's sessions with systems, all but those of `keep`; it has signed out of the others."""
        if self._turns.gates is not None:
            with self._database.transaction() as connection:
                self._turns.gates.free_seats(connection, worker_id, keep=keep)

    def cancel(self, item_ids: Iterable[int], *, by: Actor, why: str, how: Taken | None = None,
               only: ItemState | None = None) -> int:  # fmt: skip
        """Take items back that wait or failed, `how` as a person says; return how many. A running item ends first.

        With `only` the others stay as they are: whoever decided saw them in that state.
        """
        starts = _starts(Move.CANCEL, ItemState.CANCELLED, only)
        with self._move() as (connection, ledger):
            found = locked(connection, item_ids, starts)
            for one in found:
                self._cancel(connection, ledger, one, by=by, why=why, how=how)
            return len(found)

    def retry(self, item_ids: Iterable[int], *, by: Actor, why: str, only: ItemState | None = None) -> int:
        """Put failed or cancelled items back in the queue from their first step on; return how many."""
        starts = _starts(Move.RETRY, ItemState.PENDING, only)
        with self._move(wakes=True) as (connection, ledger):
            found = locked(connection, item_ids, starts)
            for one in found:
                refuse_erased(one)
                _refuse_second(connection, one)
                connection.execute(update(item).where(item.c.id == one["id"]).values(**again(self._clock.now())))
                ledger.add(one["job_id"], self._of_item(one, "item.retried", {"from": one["state"]}, by=by, why=why))
                opened = {"open_items": job.c.open_items + 1, "state": JobState.OPEN, "completed_at": None}
                connection.execute(update(job).where(job.c.id == one["job_id"]).values(**opened))
            return len(found)

    def rescue(self, *, dead_workers: Collection[str] = (), lease: timedelta | None = None,
               blame: bool = True) -> int:  # fmt: skip
        """Put back what no living slot holds; return how many.

        That is whatever a dead worker held and, given the length of a `lease`, whatever was not extended in time.
        With `blame` it is counted against the item: one that kills its slot three times has failed.
        """
        check_move(Move.RESCUE, ItemState.PENDING)
        lost = item.c.worker.in_(dead_workers) | (self._lease_ended(lease) if lease is not None else false())
        with self._move(wakes=True) as (connection, ledger):
            rows = select(item).where(_IS_RUNNING, lost).with_for_update(skip_locked=True)
            found = connection.execute(rows).mappings().all()
            for one in found:
                self._rescue(connection, ledger, one, blame=blame)
            if self._turns.gates is not None and dead_workers:
                self._turns.gates.free_seats_of(connection, dead_workers)
            return len(found)

    def _lease_ended(self, lease: timedelta) -> ColumnElement[bool]:
        ended: ColumnElement[bool] = item.c.lease_until < self._leases.now()
        if isinstance(self._leases, LeaseClock):
            ended |= item.c.lease_until > self._leases.latest_end(lease)
        return ended

    @contextmanager
    def _move(self, *, wakes: bool = False) -> Iterator[tuple[Connection, Ledger]]:
        """Yield a transaction, and the list of what it will write when all else is done."""
        with self._database.transaction() as connection:
            ledger = Ledger()
            yield connection, ledger
            ledger.write(connection, self._record, complete=lambda job_id: self._complete_job(connection, job_id))
            if wakes:
                self._database.notify(connection)

    def _end(self, claim: Claim, ending: Ending, *, by: Actor,
             then: Callable[[Connection, Ledger], T]) -> tuple[ItemState, T]:  # fmt: skip
        """End an attempt and do what follows in the same transaction: as hoped, or else as in doubt, from its start."""
        with suppress(_Unchanged), self._move() as (connection, ledger):
            finishing = self._finish(connection, ledger, claim, ending=ending, by=by)
            following = then(connection, ledger)
            if finishing is not None and finishing.changed != 1:  # asked last: it is sent with all that came after it
                raise _Unchanged
            return ending.state, following
        with self._move() as (connection, ledger):
            doubt = self._in_doubt(connection, ledger, claim, ending)
            self._finish(connection, ledger, claim, ending=doubt, by=by)
            return doubt.state, then(connection, ledger)

    def _claim(self, connection: Connection, ledger: Ledger, *, worker_id: str, workflows: Collection[str],
               lease: timedelta) -> Claim | None:  # fmt: skip
        now, claim_id, lease_until = self._clock.now(), uuid4().hex, self._leases.now() + lease
        taken = self._turns.take_next(connection, workflows, claim=claim_id, worker=worker_id, now=now,
                                      lease=lease_until)  # fmt: skip
        if taken is None:
            return None
        number, job_id, workflow, key, data, round_, attempt, claims = taken
        claim = Claim(claim_id, number, job_id, workflow, key, loads(data), round_, attempt, claims > 1, worker_id,
                      now, lease_until)  # fmt: skip
        ledger.add(job_id, self._of_claim(claim, "item.claimed", {"claim": claim_id, "round": round_}))
        return claim

    def _served(self, taken: Claim | None) -> Claim | None:
        if taken is not None:
            self._turns.served(taken.workflow)
        return taken

    def _finish(self, connection: Connection, ledger: Ledger, claim: Claim, *, ending: Ending,
                by: Actor) -> Answer | None:  # fmt: skip
        check_move(Move.FINISH, ending.state)
        if ending.given_back is not None:
            self._defer(connection, ledger, claim, ending=ending)
            return None
        later = ending.state == ItemState.PENDING
        if later:
            ending = replace(ending, steps=keep_steps(connection, claim, ending.steps))
        else:  # no attempt comes after it that could use its steps, only its report
            keep_steps(connection, claim, [one for one in ending.steps if one.for_report])
        statement = FINISH_FOR_LATER if later else FINISH
        finishing = statement.later(connection, **finished(claim, ending, self._clock.now()))
        said = "retry_planned" if later else str(ending.state)
        self._end_attempt(connection, _attempt_of(claim), ended=said, code=ending.code)
        self._tell_steps(ledger, claim, ending, by=by)
        payload = {"traceback": ending.detail} if ending.detail else None
        event = self._of_claim(claim, f"item.{said}", facts_of(ending), by=by)
        ledger.add(claim.job_id, replace(event, payload=payload))
        if not later:
            ledger.one_less_open(claim.job_id)
        self._turns.attempt_ended(connection, claim, ending)
        return finishing

    def _defer(self, connection: Connection, ledger: Ledger, claim: Claim, *, ending: Ending) -> None:
        starts = check_move(Move.DEFER, ItemState.PENDING)
        ending = replace(ending, steps=keep_steps(connection, claim, ending.steps))
        until = ending.retry_at or self._clock.now()
        values = released(ItemState.PENDING, self._clock.now()) | {"available_at": until, "turn": COMES_BACK}
        given_back = update(item).where(*held(claim), item.c.state.in_(starts))
        if connection.execute(given_back.values(**values, attempts=item.c.attempts - 1)).rowcount != 1:
            raise ClaimLost(_lost(claim))
        self._end_attempt(connection, _attempt_of(claim), ended="deferred", code=None)
        self._tell_steps(ledger, claim, ending, by=LIBRARY)
        facts: dict[str, object] = {"until": until, "why": ending.given_back}
        ledger.add(claim.job_id, self._of_claim(claim, "item.deferred", facts))

    def _in_doubt(self, connection: Connection, ledger: Ledger, claim: Claim, ending: Ending) -> Ending:
        """Return how an attempt ends whose guarded update changed no row: a write of the item still has no ending.

        Raises:
            ClaimLost: The item isn't held any more.
        """
        found = connection.execute(select(item).where(*held(claim)).with_for_update()).mappings().one_or_none()
        if found is None:
            raise ClaimLost(_lost(claim))
        self._close_intents(connection, ledger, found)
        return replace(ending, state=ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT", outcome="")

    def _cancel(self, connection: Connection, ledger: Ledger, one: RowMapping, *, by: Actor, why: str,
                how: Taken | None = None) -> None:  # fmt: skip
        self._close_intents(connection, ledger, one)
        values = released(ItemState.CANCELLED, self._clock.now()) | {"failure": None, "code": None, "outcome": how}
        connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
        facts: dict[str, object] = {"from": one["state"]} | ({} if how is None else {"how": how})
        ledger.add(one["job_id"], self._of_item(one, "item.cancelled", facts, by=by, why=why or None))
        if one["state"] == ItemState.PENDING:
            ledger.one_less_open(one["job_id"])

    def _give_way(self, connection: Connection, ledger: Ledger, submission: Submission) -> None:
        """Take back the failed item that a corrected one takes the place of, unless somebody decided about it."""
        if submission.instead_of is None:
            return
        found = locked(connection, [submission.instead_of], [ItemState.FAILED])
        if not found:
            raise UsageError(f"item {submission.instead_of} was seen to meanwhile, expected one that failed")
        self._cancel(connection, ledger, found[0], by=submission.requested_by, why="corrected")

    def _rescue(self, connection: Connection, ledger: Ledger, one: RowMapping, *, blame: bool) -> None:
        crashes = one["crashes"] + blame
        lost = {"b_item_id": one["id"], "b_claim": one["claim"], "b_number": one["attempts"],
                "b_worker": one["worker"], "b_started_at": one["claimed_at"]}  # fmt: skip
        self._end_attempt(connection, lost, ended="rescued", code=None)
        facts = {"claim": one["claim"], "worker": one["worker"], "crashes": crashes}
        ledger.add(one["job_id"], self._of_item(one, "item.rescued", facts))
        values = {"crashes": crashes, "attempts": one["attempts"] - 1, "turn": COMES_BACK}
        if crashes < MAX_CRASHES:
            now = self._clock.now()
            values |= released(ItemState.PENDING, now) | {"available_at": now}
            connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
            return
        self._close_intents(connection, ledger, one)
        failure = Failure.IN_DOUBT if one["open_intents"] else Failure.SYSTEM
        values |= released(ItemState.FAILED, self._clock.now())
        values |= {"failure": failure, "code": "CRASHES_WORKER", "outcome": None}
        connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
        failed = self._of_item(one, "item.failed", {"failure": failure, "code": "CRASHES_WORKER"})
        ledger.add(one["job_id"], failed)
        ledger.one_less_open(one["job_id"])

    def _close_intents(self, connection: Connection, ledger: Ledger, one: RowMapping) -> None:
        """Record that nobody can tell whether the open writes of an item happened."""
        if not one["open_intents"]:
            return
        still_open = (effect.c.item_id == one["id"]) & (effect.c.state == EffectState.INTENDED)
        for row in connection.execute(select(effect).where(still_open)).mappings().all():
            doubt = self._of_item(one, f"{row['kind']}.in_doubt", {"effect": row["id"]})
            ledger.add(one["job_id"], replace(doubt, payload={"what": row["what"]}))
        closed = {"state": EffectState.IN_DOUBT, "ended_at": self._clock.now()}
        connection.execute(update(effect).where(still_open).values(**closed))
        connection.execute(update(item).where(item.c.id == one["id"]).values(open_intents=0))

    def _complete_job(self, connection: Connection, job_id: int) -> Event:
        totals = totals_of(connection, job_id)
        if not totals.balance:
            raise RecordError(f"the totals of job {job_id} do not balance: {totals}; nothing was changed")
        connection.execute(update(job).where(job.c.id == job_id).values(completed_at=self._clock.now()))
        if totals.failed:
            said = _for_a_person(job_id, totals.failed)
            raise_alarm(connection, AlarmKind.NEEDS_PERSON, subject=str(job_id), said=said, now=self._clock.now())
        return Event("job.completed", LIBRARY, facts=totals.as_dict() | totals.parts)

    def _tell_steps(self, ledger: Ledger, claim: Claim, ending: Ending, *, by: Actor) -> None:
        steps = [self._of_claim(claim, "step.completed", step_facts(kept), by=by) for kept in ending.steps]
        ledger.add(claim.job_id, *steps)

    def _end_attempt(self, connection: Connection, made: dict[str, object], *, ended: str, code: str | None) -> None:
        END_ATTEMPT.later(connection, **made, b_ended_at=self._clock.now(), b_ended=ended, b_code=code)

    def _of_claim(self, claim: Claim, name: str, facts: dict[str, object], *, by: Actor = LIBRARY) -> Event:
        return Event(name, by, claim.item_id, claim.attempt, self._pseudonyms.of(claim.key), facts)

    def _of_item(self, one: RowMapping, name: str, facts: dict[str, object], *, by: Actor = LIBRARY,
                 why: str | None = None) -> Event:  # fmt: skip
        return Event(name, by, one["id"], one["attempts"], self._pseudonyms.of(one["key"]), facts, own_words(why))


def _nothing(_connection: Connection, _ledger: Ledger) -> None:
    """Follow an ending with nothing."""


def _attempt_of(claim: Claim) -> dict[str, object]:
    return {
        "b_item_id": claim.item_id,
        "b_claim": claim.id,
        "b_number": claim.attempt,
        "b_worker": claim.worker,
        "b_started_at": claim.claimed_at,
    }


def _for_a_person(job_id: int, failed: int) -> str:
    items = "1 item needs" if failed == 1 else f"{failed} items need"
    return f"Job {job_id} is done and {items} a person. `rpa job {job_id}` says why and how to fix it."


def _lost(claim: Claim) -> str:
    return (
        f"item {claim.item_id} is not held by claim {claim.id} any more, expected running under it: "
        "it was rescued after its lease ended, and nothing was changed"
    )


def _starts(move: Move, end: ItemState, only: ItemState | None) -> frozenset[ItemState]:
    allowed = check_move(move, end)
    return allowed if only is None else allowed & {only}


def _refuse_second(connection: Connection, one: RowMapping) -> None:
    """Refuse to open a cancelled item again when its key is already being worked on under a newer item."""
    same = (item.c.workflow == one["workflow"]) & (item.c.key == one["key"]) & (item.c.dry_run == one["dry_run"])
    unfinished = same & (item.c.id != one["id"])
    open_states = (ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED)
    other = connection.execute(select(item.c.id).where(unfinished, item.c.state.in_(open_states))).scalar()
    if other is not None:
        raise UsageError(
            f"item {one['id']} can't be tried again: item {other} has the same key and is not finished; retry that one"
        )
