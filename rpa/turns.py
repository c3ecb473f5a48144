"""Which item comes next: the most urgent first, workflows and jobs in turns, and only where nothing is paused."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    literal_column,
    select,
    text,
    union_all,
    update,
)

from rpa.clock import Clock
from rpa.db.prepared import Prepared
from rpa.db.tables import item, workflow_pause
from rpa.gates import Gates, counts
from rpa.models import Claim, Ending
from rpa.moves import COMES_BACK
from rpa.states import Failure, ItemState

_CLAIMED = ("id", "job_id", "workflow", "key", "data", "round", "attempts", "claims")
# In the words of the three partial indexes of the table, so that they are used.
_IS_PENDING = item.c.state == literal_column("'pending'")
_IS_DUE = _IS_PENDING & (item.c.turn >= literal_column("0"))
_IS_EARLY = _IS_PENDING & (item.c.turn < literal_column("0"))
_IS_BACK = _IS_PENDING & text("item.turn > 0") & text("item.turn & 1 = 1")
_WAKE_AT_ONCE, _WAKE_EVERY = 500, 0.05
_FIRST_EARLY = COMES_BACK - 1
# In the text as well: SQLite plans a statement anew at each run when its limit is a bound value.
_ONE: ColumnElement[int] = literal_column("1")
_PAUSED = Prepared(select(workflow_pause.c.workflow))


def _not_paused(workflow: BindParameter[str]) -> ColumnElement[bool]:
    # In the statement that takes the item: a read of its own would cost each claim a way to the database and back.
    return ~select(_ONE).select_from(workflow_pause).where(workflow_pause.c.workflow == workflow).exists()


_WORKFLOW: BindParameter[str] = bindparam("b_workflow", type_=item.c.workflow.type)
_FIRST = (
    select(item.c.id)
    .where(_IS_DUE, item.c.workflow == _WORKFLOW, _not_paused(_WORKFLOW))
    .order_by(item.c.priority, item.c.turn, item.c.id)
    .limit(_ONE)
    .with_for_update(skip_locked=True)
    .cte("first")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
# One statement finds and takes it. PostgreSQL must look once only: a plan that looked again would lock another row.
_TAKE = Prepared(
    update(item)
    .where(item.c.id == select(_FIRST.c.id).scalar_subquery(), _IS_PENDING)
    .values(
        state=ItemState.RUNNING,
        claim=bindparam("b_claim"),
        worker=bindparam("b_worker"),
        claimed_at=bindparam("b_now"),
        lease_until=bindparam("b_lease"),
        updated_at=bindparam("b_now"),
        attempts=item.c.attempts + 1,
        claims=item.c.claims + 1,
    )
    .returning(*(item.c[name] for name in _CLAIMED))
)
_EARLY = Prepared(
    select(item.c.id, item.c.job_id, item.c.workflow, item.c.priority, item.c.turn)
    .where(_IS_EARLY, item.c.available_at <= bindparam("b_now"))
    .order_by(item.c.available_at, item.c.id)
    .limit(literal_column(str(_WAKE_AT_ONCE)))
    .with_for_update(skip_locked=True)
)
_SERVED = Prepared(
    select(item.c.turn)
    .where(_IS_DUE, item.c.workflow == bindparam("b_workflow"), item.c.priority == bindparam("b_priority"))
    .order_by(item.c.turn)
    .limit(_ONE)
)
_LAST_BACK = Prepared(
    select(item.c.turn).where(item.c.job_id == bindparam("b_job"), _IS_BACK).order_by(item.c.turn.desc()).limit(_ONE)
)
_GIVE_TURN = Prepared(
    update(item).where(item.c.id == bindparam("b_id"), _IS_EARLY).values(turn=bindparam("b_turn"))
)  # fmt: skip


class Turns:
    """Finds the next item for a slot.

    `uses` returns the target systems of each workflow; `gates` says which of them may be used now. Within a workflow
    each job has one item at each turn, so a small job is through long before a large one that was there first; and one
    more, at a turn of its own, for what comes back.
    """

    def __init__(self, clock: Clock, gates: Gates | None = None,
                 uses: Callable[[], Mapping[str, Sequence[str]]] = dict) -> None:  # fmt: skip
        self._clock = clock
        self.gates = gates
        self._uses = uses
        self._served: dict[str, int] = {}
        self._seated = set[str]()
        self._woke_at = 0.0

    @cached_property
    def _systems(self) -> Mapping[str, Sequence[str]]:
        return self._uses()  # when first asked for: a workflow that can't be loaded stops only what needs it

    def systems_of(self, workflow: str) -> Sequence[str]:
        """Return the target systems that a workflow acts in."""
        return self._systems.get(workflow, ()) if self.gates is not None else ()

    def take_next(self, connection: Connection, workflows: Collection[str], *, claim: str, worker: str, now: datetime,
                  lease: datetime) -> Any:  # fmt: skip
        """Take the next item that is due and may be attempted now, and return it; None when there is none."""
        taking = {"b_claim": claim, "b_worker": worker, "b_now": now, "b_lease": lease}
        woke = self._wake_in_time(connection, now)
        usable = self.open_now(connection, workflows)
        taken = self._take(connection, usable, taking)
        if taken is None and not woke and self._wake(connection, now):
            taken = self._take(connection, usable, taking)
        return taken

    def served(self, workflow: str) -> None:
        """Take note that a workflow has had its turn: what was taken is committed."""
        self._served[workflow] = max(self._served.values(), default=0) + 1

    def attempt_ended(self, connection: Connection, claim: Claim, ending: Ending) -> None:
        """Tell the gates how an attempt went: a system that fails again and again is left alone."""
        systems = self.systems_of(claim.workflow)
        if self.gates is None or not systems or (ending.code is not None and not counts(ending.code)):
            return  # a fault of the robot's own says nothing about a system, neither good nor bad
        fault = ending.code if ending.failure != Failure.BUSINESS else None
        blamed = [name for name in systems if name == ending.system] if fault is not None else []
        self.gates.attempt_ended(connection, blamed or systems, fault=fault, worker_id=claim.worker)

    def _take(self, connection: Connection, workflows: Sequence[str], taking: Mapping[str, Any]) -> Any:
        for workflow in self._in_order(connection, workflows):
            if not self._sits(connection, self.systems_of(workflow), taking["b_worker"]):
                continue
            rows = _TAKE.rows(connection, b_workflow=workflow, **taking)
            if rows:
                return rows[0]
        return None

    def _sits(self, connection: Connection, systems: Sequence[str], worker_id: str) -> bool:
        """Say whether a slot has, or has just got, a seat in each of the systems it needs."""
        if self.gates is None or not systems:
            return True
        sits = self.gates.take_seats(connection, systems, worker_id)
        self._seated.update(systems if sits else ())
        return sits

    def seated_beside(self, systems: Collection[str]) -> bool:
        """Return whether this process may hold seats of other systems than these; it is taken to give them up now."""
        beside, self._seated = self._seated - set(systems), self._seated & set(systems)
        return bool(beside)

    def not_held_up(self, connection: Connection, workflows: Collection[str]) -> list[str]:
        """Return the workflows that are not paused, and whose systems may all be used now."""
        paused = {name for (name,) in _PAUSED.rows(connection)}
        return [one for one in self.open_now(connection, workflows) if one not in paused]

    def open_now(self, connection: Connection, workflows: Collection[str]) -> list[str]:
        """Return the workflows whose systems may all be used now."""
        systems = {name for workflow in workflows for name in self.systems_of(workflow)}
        if self.gates is None or not systems:
            return list(workflows)
        closed = self.gates.closed(connection, systems)
        return [one for one in workflows if not closed.keys() & set(self.systems_of(one))]

    def _in_order(self, connection: Connection, workflows: Sequence[str]) -> list[str]:
        """Put those that have something to do in order: the most urgent first, then the one served longest ago."""
        if len(workflows) < 2 and not any(map(self.systems_of, workflows)):
            return list(workflows)
        heads = _heads(tuple(workflows)).rows(connection)
        return [name for _, _, name in sorted((priority, self._served.get(name, 0), name) for name, priority in heads)]

    def _wake_in_time(self, connection: Connection, now: datetime) -> bool:
        # What waited for its time may be more urgent than what is due; to look at each claim would cost a statement.
        if self._clock.monotonic() - self._woke_at < _WAKE_EVERY:
            return False
        self._wake(connection, now)
        return True

    def _wake(self, connection: Connection, now: datetime) -> int:
        """Give a turn to what waited for its time; return how many."""
        self._woke_at = self._clock.monotonic()
        early = _EARLY.rows(connection, b_now=now)
        served = {kind: _served_turn(connection, *kind) for kind in {(row[2], row[3]) for row in early}}
        last = {job: _last_back(connection, job) for job in {row[1] for row in early if row[4] == COMES_BACK}}
        for number, job, workflow, priority, early_turn in early:
            turn = _first_fresh(served[workflow, priority]) + 2 * (_FIRST_EARLY - early_turn)
            if early_turn == COMES_BACK:
                turn = last[job] = max(_next_back(served[workflow, priority]), _next_back(last[job]))
            _GIVE_TURN.later(connection, b_id=number, b_turn=turn)
        return len(early)


# Even turns are for rows as they came, odd ones for what comes back: so each job has at most one of either in a round,
# and however often its items fail, are given back or retried, the other jobs have theirs in between.


def turns_from_now(connection: Connection, workflow: str, priority: int) -> Iterator[int]:
    """Return the turns of a job that comes in: it begins with the one that is served now in its workflow."""
    return count(_first_fresh(_served_turn(connection, workflow, priority)), 2)


def early_turns() -> Iterator[int]:
    """Return what stands for the turns of a job that is to wait, until its time has come."""
    return count(_FIRST_EARLY, -1)


def _first_fresh(served: int) -> int:
    return served + served % 2


def _next_back(turn: int) -> int:
    return turn + 1 + turn % 2


def _served_turn(connection: Connection, workflow: str, priority: int) -> int:
    rows = _SERVED.rows(connection, b_workflow=workflow, b_priority=priority)
    return int(rows[0][0]) if rows else 0


def _last_back(connection: Connection, job: int) -> int:
    """Return the last turn that waits for what came back to a job."""
    rows = _LAST_BACK.rows(connection, b_job=job)
    return int(rows[0][0]) if rows else 0


@lru_cache(maxsize=64)
def _heads(workflows: tuple[str, ...]) -> Prepared:
    """Return each workflow that has something due and is not paused, with the priority of the most urgent."""
    named: list[BindParameter[str]] = [bindparam(f"b_flow{place}", name) for place, name in enumerate(workflows)]
    heads = [
        select(item.c.workflow, item.c.priority)
        .where(_IS_DUE, item.c.workflow == one, _not_paused(one))
        .order_by(item.c.priority, item.c.turn, item.c.id)
        .limit(_ONE)
        .subquery()
        for one in named
    ]
    return Prepared(union_all(*(select(one.c.workflow, one.c.priority) for one in heads)))
