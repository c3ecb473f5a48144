"""Finds what is to be erased: jobs that are over, entries with a payload, and rows that others share a sheet with."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from rpa.audit.bodies import Bodies
from rpa.db import Database
from rpa.db.tables import event, item, job, payload
from rpa.states import ItemState, JobState

UNFINISHED = (ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED)
"""States of an item whose row is still needed."""
_SUBMITTED = ("items.submitted", "items.kept")
_BOTH = payload.join(event, (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq))


def expired_jobs(database: Database, moment: datetime) -> list[int]:
    """Return the jobs that were completed before a moment and have no item that needs anybody."""
    waiting = select(item.c.id).where(item.c.job_id == job.c.id, item.c.state.in_(UNFINISHED)).exists()
    over = select(job.c.id).where(job.c.state == JobState.COMPLETED, job.c.completed_at < moment, ~waiting)
    with database.reading() as connection:
        return list(connection.execute(over.order_by(job.c.id)).scalars())


def held_back(database: Database, moment: datetime) -> list[tuple[int, int]]:
    """Return the jobs that were completed before a moment and are not over, with how many items wait for a person."""
    waiting = select(item.c.job_id, func.count().label("waiting")).where(item.c.state.in_(UNFINISHED))
    per_job = waiting.group_by(item.c.job_id).subquery()
    held = select(job.c.id, per_job.c.waiting).join_from(job, per_job, per_job.c.job_id == job.c.id)
    completed = held.where(job.c.state == JobState.COMPLETED, job.c.completed_at < moment).order_by(job.c.id)
    with database.reading() as connection:
        return [(int(number), int(count)) for number, count in connection.execute(completed)]


def oldest(connection: Connection, run: str, before: datetime | None, *, most: int | None = None) -> list[int]:
    """Return the entries of a run with the oldest payloads, those before a moment if one is given."""
    rows = select(payload.c.run, payload.c.seq, event.c.body).select_from(_BOTH).where(payload.c.run == run)
    seqs: list[int] = []
    bodies = Bodies(connection)
    for row in connection.execute(rows.order_by(payload.c.seq).limit(most)):
        if before is not None and datetime.fromisoformat(orjson.loads(bodies.of(row))["at"]) >= before:
            break
        seqs.append(row.seq)
    return seqs


def entries_of(connection: Connection, run: str, item_ids: Sequence[int]) -> list[int]:
    """Return the entries of a run that tell of these items and have a payload."""
    mine = select(payload.c.seq).select_from(_BOTH)
    return list(connection.execute(mine.where(event.c.run == run, event.c.item_id.in_(item_ids))).scalars())


def cut(connection: Connection, run: str, item_ids: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    """Yield each submission of the run that holds a row of these items, and the rows that it has beside theirs."""
    rows = select(payload.c.seq, payload.c.content).select_from(_BOTH)
    wanted = rows.where(event.c.run == run, event.c.name.in_(_SUBMITTED)).order_by(payload.c.seq)
    for row in connection.execute(wanted):
        told = orjson.loads(bytes(row.content))["items"]
        others = [one for one in told if one["item"] not in item_ids]
        if len(others) < len(told):
            yield row.seq, others
