"""The statements by which the queue moves items, built once; `rpa.queue` alone runs them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, RowMapping, String, bindparam, case, insert, select, update

from rpa.db.prepared import Prepared, add_unless_there
from rpa.db.tables import attempt, checkpoint, item, job
from rpa.db.types import Json
from rpa.models import Claim, Ending, KeptStep
from rpa.states import ItemState, JobState

COMES_BACK = -1
"""The turn of an item that was taken before, or that a person opened again: it gets one when its time has come."""
_HELD = (item.c.id == bindparam("b_id"), item.c.state == ItemState.RUNNING, item.c.claim == bindparam("b_claim"))
_ENDED: dict[str, Any] = {
    "state": bindparam("b_state"),
    "failure": bindparam("b_failure"),
    "code": bindparam("b_code"),
    "outcome": bindparam("b_outcome"),
    "available_at": bindparam("b_available"),
    "updated_at": bindparam("b_now"),
    "claim": None,
    "worker": None,
    "claimed_at": None,
    "lease_until": None,
}

FINISH_FOR_LATER = Prepared(update(item).where(*_HELD).values(**_ENDED, turn=COMES_BACK))
# No item ends while a write of it has no ending.
FINISH = Prepared(update(item).where(*_HELD, item.c.open_intents == 0).values(**_ENDED))

# It is sent together with the update that ends the attempt; where that finds the claim lost, whoever rescued the item
# has written this row.
END_ATTEMPT = add_unless_there(attempt, *(one.name for one in attempt.columns))
# One statement: the step is kept only while the claim holds, and on PostgreSQL nobody takes it before the commit.
KEEP_STEP = Prepared(
    insert(checkpoint).from_select(
        ["item_id", "round", "step", "ordinal", "result"],
        select(
            item.c.id,
            bindparam("b_round", type_=Integer),
            bindparam("b_step", type_=String),
            bindparam("b_ordinal", type_=Integer),
            bindparam("b_result", type_=Json),
        )
        .where(*_HELD)
        .with_for_update(),
    )
)
# The counter and the state move together, as the table's check constraint demands.
FEWER_OPEN = Prepared(
    update(job)
    .where(job.c.id == bindparam("b_job"))
    .values(
        open_items=job.c.open_items - bindparam("b_ended", type_=Integer),
        state=case((job.c.open_items > bindparam("b_ended", type_=Integer), JobState.OPEN), else_=JobState.COMPLETED),
    )
    .returning(job.c.open_items)
)


def finished(claim: Claim, ending: Ending, now: datetime) -> dict[str, Any]:
    """Return the values of FINISH and FINISH_FOR_LATER."""
    later = ending.state == ItemState.PENDING
    return {
        "b_id": claim.item_id,
        "b_claim": claim.id,
        "b_state": ending.state,
        "b_failure": None if later else ending.failure,
        "b_code": None if later else ending.code,
        "b_outcome": None if later else ending.outcome or None,
        "b_available": ending.retry_at if later and ending.retry_at else now,
        "b_now": now,
    }


def step_values(claim: Claim, kept: KeptStep) -> dict[str, Any]:
    """Return the values of KEEP_STEP."""
    return {
        "b_id": claim.item_id,
        "b_claim": claim.id,
        "b_round": claim.round,
        "b_step": kept.step,
        "b_ordinal": kept.ordinal,
        "b_result": kept.result,
    }


def keep_steps(connection: Connection, claim: Claim, steps: Sequence[KeptStep]) -> tuple[KeptStep, ...]:
    """Keep the steps that are not kept yet, and return them: the answer to a commit with some of them may be lost."""
    if not steps:
        return ()
    mine = (checkpoint.c.item_id == claim.item_id) & (checkpoint.c.round == claim.round)
    there = {tuple(row) for row in connection.execute(select(checkpoint.c.step, checkpoint.c.ordinal).where(mine))}
    missing = tuple(one for one in steps if (one.step, one.ordinal) not in there)
    for kept in missing:
        KEEP_STEP.later(connection, **step_values(claim, kept))
    return missing


def step_facts(kept: KeptStep) -> dict[str, object]:
    """Return what the record says of a kept step."""
    return {"step": kept.step, "ordinal": kept.ordinal, "seconds": round(kept.seconds, 3)}


def held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Return what is true only while the claim holds its item."""
    return item.c.id == claim.item_id, item.c.state == ItemState.RUNNING, item.c.claim == claim.id


def released(state: ItemState, now: datetime) -> dict[str, Any]:
    """Return the values of an item that nobody holds any more."""
    free = {"claim": None, "worker": None, "claimed_at": None, "lease_until": None}
    return {"state": state, "updated_at": now} | free


def facts_of(ending: Ending) -> dict[str, object]:
    """Return what the record says of an ending, without what is empty."""
    facts = {
        "outcome": "" if ending.failure else ending.outcome,
        "failure": ending.failure,
        "code": ending.code,
        "retry_at": ending.retry_at,
        "diagnosis": ending.diagnosis,
    }
    return {name: value for name, value in facts.items() if value}


def locked(connection: Connection, item_ids: Iterable[int], starts: Collection[ItemState]) -> Sequence[RowMapping]:
    """Return those of these items that are in one of these states, each held until the transaction ends."""
    wanted = select(item).where(item.c.id.in_(list(item_ids)), item.c.state.in_(starts))
    return connection.execute(wanted.order_by(item.c.id).with_for_update()).mappings().all()
