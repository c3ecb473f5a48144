"""The queue: the only writer of jobs, items and attempts, and the only place where a state moves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, Update, case, insert, select, update

from rpa.audit import Event, Pseudonyms, Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import attempt, effect, item, job
from rpa.exceptions import ClaimLost, UsageError
from rpa.models import Actor, ActorKind, Claim, Ending, Submission
from rpa.states import EffectState, Failure, ItemState, JobState, Move, check_move
from rpa.submission import again, store_submission
from rpa.totals import totals_of

MAX_CRASHES = 3
_CLAIMED = ("id", "job_id", "workflow", "key", "data", "round", "attempts", "claims")
LIBRARY = Actor(ActorKind.LIBRARY, "rpa")


class Queue:
    """Submits, claims, finishes, defers, cancels, retries and rescues.

    Each move is one transaction with its event in the record, and is guarded by the state it may start from; a slot's
    moves are guarded by its claim as well, so that a slot which lost its lease changes nothing.
    """

    def __init__(self, database: Database, record: Record, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._database = database
        self._record = record
        self._pseudonyms = pseudonyms
        self._clock = clock

    def submit(self, submission: Submission) -> int:
        """Store a job with all its rows and items in one transaction and return its number."""
        with self._database.transaction() as connection:
            stored = store_submission(connection, submission, pseudonyms=self._pseudonyms, now=self._clock.now())
            self._record.append(connection, f"job-{stored.job_id}", *stored.events)
            if stored.open_items == 0:
                self._complete_job(connection, stored.job_id)
            return stored.job_id

    def claim(self, worker_id: str, workflows: Collection[str], *, lease: timedelta) -> Claim | None:
        """Take the next item that is due, under a lease; None when nothing is due."""
        with self._database.transaction() as connection:
            return self._claim(connection, worker_id, workflows=workflows, lease=lease)

    def finish(self, claim: Claim, ending: Ending, *, by: Actor) -> ItemState:
        """End an attempt: the item is completed, failed, or pending until its next attempt.

        Raises:
            ClaimLost: The item was rescued after the lease ended; nothing was changed.
        """
        with self._database.transaction() as connection:
            return self._finish(connection, claim, ending=ending, by=by)

    def finish_and_claim(self, claim: Claim, ending: Ending, *, by: Actor, workflows: Collection[str],
                         lease: timedelta, worker_id: str) -> Claim | None:  # fmt: skip
        """End an attempt and take the next item in the same transaction: one durable write instead of two."""
        with self._database.transaction() as connection:
            self._finish(connection, claim, ending=ending, by=by)
            return self._claim(connection, worker_id, workflows=workflows, lease=lease)

    def extend(self, claim: Claim, lease: timedelta) -> None:
        """Hold an item for another lease from now on.

        Raises:
            ClaimLost: The item was rescued after the lease ended.
        """
        with self._database.transaction() as connection:
            held = update(item).where(*_held(claim)).values(lease_until=self._clock.now() + lease)
            if connection.execute(held).rowcount != 1:
                raise ClaimLost(_lost(claim))

    def defer(self, claim: Claim, until: datetime, *, why: str) -> None:
        """Give an item back until later without using up an attempt."""
        starts = check_move(Move.DEFER, ItemState.PENDING)
        with self._database.transaction() as connection:
            values = _released(ItemState.PENDING, self._clock.now()) | {"available_at": until}
            moved = connection.execute(
                update(item)
                .where(*_held(claim), item.c.state.in_(starts))
                .values(**values, attempts=item.c.attempts - 1)
            )
            if moved.rowcount != 1:
                raise ClaimLost(_lost(claim))
            self._end_attempt(connection, claim.id, ended="deferred", code=None)
            self._append(connection, claim, "item.deferred", by=LIBRARY, facts={"until": until, "why": why})

    def cancel(self, item_ids: Iterable[int], *, by: Actor, why: str) -> int:
        """Take items back that wait or failed; return how many. A running item ends first."""
        starts = check_move(Move.CANCEL, ItemState.CANCELLED)
        with self._database.transaction() as connection:
            found = _locked(connection, item_ids, starts)
            for one in found:
                self._close_intents(connection, one)
                values = _released(ItemState.CANCELLED, self._clock.now()) | {"failure": None, "code": None}
                connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
                self._append_item(connection, one, "item.cancelled", by=by, facts={"from": one["state"], "why": why})
                if one["state"] == ItemState.PENDING:
                    self._one_less_open(connection, one["job_id"])
            return len(found)

    def retry(self, item_ids: Iterable[int], *, by: Actor, why: str) -> int:
        """Put failed or cancelled items back in the queue from their first step on; return how many."""
        starts = check_move(Move.RETRY, ItemState.PENDING)
        with self._database.transaction() as connection:
            found = _locked(connection, item_ids, starts)
            for one in found:
                _refuse_second(connection, one)
                connection.execute(update(item).where(item.c.id == one["id"]).values(**again(self._clock.now())))
                self._append_item(connection, one, "item.retried", by=by, facts={"from": one["state"], "why": why})
                opened = {"open_items": job.c.open_items + 1, "state": JobState.OPEN, "completed_at": None}
                connection.execute(update(job).where(job.c.id == one["job_id"]).values(**opened))
            return len(found)

    def rescue(self, *, dead_workers: Collection[str] = ()) -> int:
        """Put back what no living slot holds: leases that ended, and whatever a dead worker held; return how many."""
        now = self._clock.now()
        starts = check_move(Move.RESCUE, ItemState.PENDING)
        lost = (item.c.lease_until < now) | item.c.worker.in_(dead_workers)
        with self._database.transaction() as connection:
            rows = select(item).where(item.c.state.in_(starts), lost).with_for_update(skip_locked=True)
            found = connection.execute(rows).mappings().all()
            for one in found:
                self._rescue(connection, one)
            return len(found)

    def _claim(self, connection: Connection, worker_id: str, *, workflows: Collection[str],
               lease: timedelta) -> Claim | None:  # fmt: skip
        now = self._clock.now()
        claim_id = uuid4().hex
        values = {"state": ItemState.RUNNING, "claim": claim_id, "worker": worker_id, "lease_until": now + lease}
        taken = connection.execute(
            _next_item(workflows, now).values(
                **values, attempts=item.c.attempts + 1, claims=item.c.claims + 1, updated_at=now
            )
        ).one_or_none()
        if taken is None:
            return None
        claim = Claim(claim_id, taken.id, taken.job_id, taken.workflow, taken.key, taken.data, taken.round,
                      taken.attempts, taken.claims > 1, now + lease)  # fmt: skip
        connection.execute(
            insert(attempt).values(claim=claim_id, item_id=claim.item_id, number=claim.attempt, worker=worker_id,
                                   started_at=now)
        )  # fmt: skip
        self._append(connection, claim, "item.claimed", by=LIBRARY, facts={"claim": claim_id, "round": claim.round})
        return claim

    def _finish(self, connection: Connection, claim: Claim, *, ending: Ending, by: Actor) -> ItemState:
        starts = check_move(Move.FINISH, ending.state)
        values = _released(ending.state, self._clock.now()) | _ended(ending)
        moved = update(item).where(*_held(claim), item.c.state.in_(starts))
        if ending.state != ItemState.PENDING:
            moved = moved.where(item.c.open_intents == 0)
        if connection.execute(moved.values(**values)).rowcount != 1:
            return self._finish_in_doubt(connection, claim, ending=ending, by=by)
        self._end_attempt(connection, claim.id, ended=_said(ending), code=ending.code)
        payload: dict[str, object] | None = {"traceback": ending.detail} if ending.detail else None
        self._append(connection, claim, f"item.{_said(ending)}", by=by, facts=_facts(ending), payload=payload)
        if ending.state != ItemState.PENDING:
            self._one_less_open(connection, claim.job_id)
        return ending.state

    def _finish_in_doubt(self, connection: Connection, claim: Claim, *, ending: Ending, by: Actor) -> ItemState:
        """The guarded update changed no row: the claim is lost, or a write of the item still has no ending."""
        held = connection.execute(select(item).where(*_held(claim)).with_for_update()).mappings().one_or_none()
        if held is None:
            raise ClaimLost(_lost(claim))
        self._close_intents(connection, held)
        doubt = replace(ending, state=ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT", outcome="")
        return self._finish(connection, claim, ending=doubt, by=by)

    def _rescue(self, connection: Connection, one: RowMapping) -> None:
        crashes = one["crashes"] + 1
        self._end_attempt(connection, one["claim"], ended="rescued", code=None)
        self._append_item(connection, one, "item.rescued", by=LIBRARY,
                          facts={"claim": one["claim"], "worker": one["worker"], "crashes": crashes})  # fmt: skip
        counted = {"crashes": crashes, "attempts": one["attempts"] - 1}
        if crashes < MAX_CRASHES:
            values = _released(ItemState.PENDING, self._clock.now()) | counted | {"available_at": self._clock.now()}
            connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
            return
        self._close_intents(connection, one)
        failure = Failure.IN_DOUBT if one["open_intents"] else Failure.SYSTEM
        ending = Ending(ItemState.FAILED, failure=failure, code="CRASHES_WORKER")
        values = _released(ItemState.FAILED, self._clock.now()) | counted | _ended(ending)
        connection.execute(update(item).where(item.c.id == one["id"]).values(**values))
        self._append_item(connection, one, "item.failed", by=LIBRARY, facts=_facts(ending))
        self._one_less_open(connection, one["job_id"])

    def _close_intents(self, connection: Connection, one: RowMapping) -> None:
        """Record that nobody can tell whether the open writes of an item happened."""
        if not one["open_intents"]:
            return
        still_open = (effect.c.item_id == one["id"]) & (effect.c.state == EffectState.INTENDED)
        for row in connection.execute(select(effect).where(still_open)).mappings().all():
            self._append_item(connection, one, f"{row['kind']}.in_doubt", by=LIBRARY, facts={"effect": row["id"]},
                              payload={"what": row["what"]})  # fmt: skip
        connection.execute(update(effect).where(still_open).values(state=EffectState.IN_DOUBT,
                                                                  ended_at=self._clock.now()))  # fmt: skip
        connection.execute(update(item).where(item.c.id == one["id"]).values(open_intents=0))

    def _one_less_open(self, connection: Connection, job_id: int) -> None:
        # The counter reaches zero once; the job's state moves in the same statement, as its check constraint demands.
        left = connection.execute(
            update(job).where(job.c.id == job_id).values(open_items=job.c.open_items - 1, state=_STATE_AFTER_ONE_LESS)
            .returning(job.c.open_items)
        ).scalar_one()  # fmt: skip
        if left == 0:
            self._complete_job(connection, job_id)

    def _complete_job(self, connection: Connection, job_id: int) -> None:
        totals = totals_of(connection, job_id)
        if not totals.balance:
            raise RuntimeError(f"the totals of job {job_id} do not balance: {totals}; nothing was changed")
        connection.execute(update(job).where(job.c.id == job_id).values(completed_at=self._clock.now()))
        self._record.append(connection, f"job-{job_id}", Event("job.completed", LIBRARY, facts=totals.as_dict()))

    def _end_attempt(self, connection: Connection, claim_id: str, *, ended: str, code: str | None) -> None:
        values = {"ended_at": self._clock.now(), "ended": ended, "code": code}
        connection.execute(update(attempt).where(attempt.c.claim == claim_id).values(**values))

    def _append(self, connection: Connection, claim: Claim, name: str, *, by: Actor, facts: dict[str, object],
                payload: dict[str, object] | None = None) -> None:  # fmt: skip
        subject = self._pseudonyms.of(claim.key)
        event = Event(name, by, claim.item_id, claim.attempt, subject, facts, payload)
        self._record.append(connection, f"job-{claim.job_id}", event)

    def _append_item(self, connection: Connection, one: RowMapping, name: str, *, by: Actor, facts: dict[str, object],
                     payload: dict[str, object] | None = None) -> None:  # fmt: skip
        subject = self._pseudonyms.of(one["key"])
        event = Event(name, by, one["id"], one["attempts"], subject, facts, payload)
        self._record.append(connection, f"job-{one['job_id']}", event)


_STATE_AFTER_ONE_LESS = case((job.c.open_items > 1, JobState.OPEN), else_=JobState.COMPLETED)


def _next_item(workflows: Collection[str], now: datetime) -> Update:
    """Update the one item that is due longest; others that claim at the same moment skip it instead of waiting."""
    due = (item.c.state == ItemState.PENDING) & (item.c.available_at <= now)
    picked = (
        select(item.c.id)
        .where(due, item.c.workflow.in_(workflows))
        .order_by(item.c.available_at, item.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    return (
        update(item)
        .where(item.c.id == select(picked.c.id).scalar_subquery(), item.c.state == ItemState.PENDING)
        .returning(*(item.c[name] for name in _CLAIMED))
    )


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return item.c.id == claim.item_id, item.c.state == ItemState.RUNNING, item.c.claim == claim.id


def _lost(claim: Claim) -> str:
    return (
        f"item {claim.item_id} is not held by claim {claim.id} any more, expected running under it: "
        "it was rescued after its lease ended, and nothing was changed"
    )


def _locked(connection: Connection, item_ids: Iterable[int], starts: Collection[ItemState]) -> Sequence[RowMapping]:
    wanted = select(item).where(item.c.id.in_(list(item_ids)), item.c.state.in_(starts))
    return connection.execute(wanted.order_by(item.c.id).with_for_update()).mappings().all()


def _refuse_second(connection: Connection, one: RowMapping) -> None:
    """Refuse to open a cancelled item again when its key is already being worked on under a newer item."""
    unfinished = (item.c.workflow == one["workflow"]) & (item.c.key == one["key"]) & (item.c.id != one["id"])
    open_states = (ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED)
    other = connection.execute(select(item.c.id).where(unfinished, item.c.state.in_(open_states))).scalar()
    if other is not None:
        raise UsageError(
            f"item {one['id']} can't be tried again: item {other} has the same key and is not finished; retry that one"
        )


def _released(state: ItemState, now: datetime) -> dict[str, object]:
    return {"state": state, "claim": None, "worker": None, "lease_until": None, "updated_at": now}


def _ended(ending: Ending) -> dict[str, object]:
    values: dict[str, object] = {"failure": ending.failure, "code": ending.code, "outcome": ending.outcome or None}
    if ending.state == ItemState.PENDING:
        values |= {"failure": None, "code": None, "available_at": ending.retry_at}
    return values


def _said(ending: Ending) -> str:
    return "retry_planned" if ending.state == ItemState.PENDING else str(ending.state)


def _facts(ending: Ending) -> dict[str, object]:
    facts = {"outcome": ending.outcome, "failure": ending.failure, "code": ending.code, "retry_at": ending.retry_at,
             "diagnosis": ending.diagnosis}  # fmt: skip
    return {name: value for name, value in facts.items() if value}
