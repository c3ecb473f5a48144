"""The statements by which the queue moves items, built once; `rpa.queue` alone runs them."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, insert, literal_column, select, update

from rpa.db.prepared import Prepared
from rpa.db.tables import attempt, item, job
from rpa.models import Claim, Ending
from rpa.states import ItemState, JobState

_CLAIMED = ("id", "job_id", "workflow", "key", "data", "round", "attempts", "claims")
_HELD = (item.c.id == bindparam("b_id"), item.c.state == ItemState.RUNNING, item.c.claim == bindparam("b_claim"))
# Written out: with a bound value SQLite can't tell that the partial index holds every row it is asked for.
_IS_PENDING = item.c.state == literal_column(f"'{ItemState.PENDING}'")
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

FINISH_FOR_LATER = Prepared(update(item).where(*_HELD).values(**_ENDED))
# No item ends while a write of it has no ending.
FINISH = Prepared(update(item).where(*_HELD, item.c.open_intents == 0).values(**_ENDED))

END_ATTEMPT = Prepared(insert(attempt).values({one.name: bindparam(f"b_{one.name}") for one in attempt.columns}))
# The counter and the state move together, as the table's check constraint demands.
ONE_LESS_OPEN = Prepared(
    update(job)
    .where(job.c.id == bindparam("b_job"))
    .values(
        open_items=job.c.open_items - 1, state=case((job.c.open_items > 1, JobState.OPEN), else_=JobState.COMPLETED)
    )
    .returning(job.c.open_items)
)


@lru_cache(maxsize=64)
def take_next(workflows: Collection[str]) -> Prepared:
    """Update the one item that is due longest; others that claim at the same moment skip it instead of waiting."""
    picked = (
        select(item.c.id)
        .where(_IS_PENDING, item.c.available_at <= bindparam("b_now"))
        .where(item.c.workflow.in_([bindparam(f"b_flow{place}", name) for place, name in enumerate(workflows)]))
        .order_by(item.c.available_at, item.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    values = {
        "state": ItemState.RUNNING,
        "claim": bindparam("b_claim"),
        "worker": bindparam("b_worker"),
        "claimed_at": bindparam("b_now"),
        "lease_until": bindparam("b_lease"),
        "updated_at": bindparam("b_now"),
        "attempts": item.c.attempts + 1,
        "claims": item.c.claims + 1,
    }
    return Prepared(
        update(item)
        .where(item.c.id == select(picked.c.id).scalar_subquery(), item.c.state == ItemState.PENDING)
        .values(**values)
        .returning(*(item.c[name] for name in _CLAIMED))
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
        "outcome": ending.outcome,
        "failure": ending.failure,
        "code": ending.code,
        "retry_at": ending.retry_at,
        "diagnosis": ending.diagnosis,
    }
    return {name: value for name, value in facts.items() if value}
