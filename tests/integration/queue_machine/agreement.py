"""Compares what is in the database with the model, row by row."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, select

from rpa.db import Database
from rpa.db.tables import alarm, attempt, checkpoint, effect, item, job, seat, source_row, system
from rpa.states import ItemState, JobState, RowEnd
from rpa.totals import totals_of
from tests.integration.queue_machine.items import OPEN, UNFINISHED
from tests.integration.queue_machine.model import Model
from tests.integration.queue_machine.systems import SYSTEMS

SAME = ("state", "failure", "code", "outcome", "round", "attempts", "crashes", "claims", "claim", "worker", "workflow",
        "key", "priority")  # fmt: skip
A_MOMENT = timedelta(milliseconds=1)


def check_database(database: Database, model: Model, *, step: int) -> None:
    with database.reading() as connection:
        rows = [row._mapping for row in connection.execute(select(item))]
        _items_are_the_same(rows, model)
        _nothing_is_held_or_begun_twice(rows)
        _jobs_balance(connection, model)
        if model.jobs:  # what the library itself counts is asked of one job a step, since each is a question of its own
            _totals_balance(connection, model, job=sorted(model.jobs)[step % len(model.jobs)])
        _systems_stand_the_same(connection, model)
        _the_rest_is_the_same(connection, model)


def _items_are_the_same(rows: Iterable[RowMapping], model: Model) -> None:
    found = {row["id"]: row for row in rows}
    assert found.keys() == model.items.keys()
    for number, one in model.items.items():
        row = found[number]
        assert {name: row[name] for name in SAME} == {name: getattr(one, name) for name in SAME}
        assert (row["job_id"], row["data"], row["open_intents"]) == (one.job, one.data, len(one.intents))
        one.lease_until = _same_time(row["lease_until"], one.lease_until)
        if one.state == ItemState.PENDING:
            one.available_at = _same_time(row["available_at"], one.available_at) or one.available_at


def _same_time(found: datetime | None, expected: datetime | None) -> datetime | None:
    """The clock goes on by a microsecond at each look at it: the model takes over which one it was."""
    if found is not None and expected is not None:
        assert abs(found - expected) < A_MOMENT
        return found
    assert found is expected
    return None


def _nothing_is_held_or_begun_twice(rows: list[RowMapping]) -> None:
    running = [row for row in rows if row["state"] == ItemState.RUNNING]
    assert len({row["claim"] for row in running}) == len({row["worker"] for row in running}) == len(running)
    unfinished = [(row["workflow"], row["key"]) for row in rows if row["state"] in UNFINISHED]
    assert len(set(unfinished)) == len(unfinished)


def _totals_balance(connection: Connection, model: Model, *, job: int) -> None:
    totals, ends = totals_of(connection, job), model.ends_of_rows(job)
    assert totals.balance
    assert totals.open == sum(ends.pop(state, 0) for state in OPEN)
    assert {name: count for name, count in totals.as_dict().items() if name in ends} == ends


def _jobs_balance(connection: Connection, model: Model) -> None:
    jobs = {row.id: row for row in connection.execute(select(job))}
    assert jobs.keys() == model.jobs.keys()
    ends: dict[int, Counter[str]] = {number: Counter() for number in jobs}
    for row in connection.execute(select(source_row.c.job_id, source_row.c.ended, item.c.state).outerjoin(
            item, (source_row.c.item_id == item.c.id) & (source_row.c.ended == RowEnd.ITEM))):  # fmt: skip
        ends[row.job_id][row.state or row.ended] += 1
    for number, row in jobs.items():
        still_open = model.open_of(number)
        assert ends[number] == model.ends_of_rows(number)
        assert (row.rows_in, row.open_items) == (ends[number].total(), still_open)
        assert (row.state == JobState.COMPLETED) == (row.completed_at is not None) == (still_open == 0)


def _systems_stand_the_same(connection: Connection, model: Model) -> None:
    stored = {row.name: row for row in connection.execute(select(system))}
    seats: dict[str, set[str]] = {one.name: set() for one in SYSTEMS}
    for row in connection.execute(select(seat)):
        assert row.worker not in seats[row.system]
        seats[row.system].add(row.worker)
    for name, one in model.systems.items():
        assert seats[name] == one.sitting
        assert len(seats[name]) <= one.seats
        found = stored.get(name)
        if found is None:
            assert (one.paused, one.faults, one.looks, one.look_at) == (False, 0, 0, None)
        else:
            assert (found.paused_at is not None, found.faults, found.probes) == (one.paused, one.faults, one.looks)
            one.look_at = _same_time(found.probe_at, one.look_at)


def _the_rest_is_the_same(connection: Connection, model: Model) -> None:
    every = model.items.values()
    ends = Counter((row.item_id, row.ended) for row in connection.execute(select(attempt)))
    assert ends == +Counter({(one.id, name): count for one in every for name, count in one.ends.items()})
    steps = {(row.item_id, row.round, row.step, row.ordinal) for row in connection.execute(select(checkpoint))}
    assert steps == {(one.id, *place) for one in every for place in one.steps}
    writes = Counter((row.item_id, row.what, row.state) for row in connection.execute(select(effect)))
    assert writes == +Counter({(one.id, *write): count for one in every for write, count in one.writes.items()})
    assert {(row.kind, row.subject) for row in connection.execute(select(alarm))} == model.alarms
