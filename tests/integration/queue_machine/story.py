"""Reads the record as a story: it verifies, each move in it was allowed, and it ends where the model says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import select

from rpa.audit import verify
from rpa.db import Database
from rpa.db.tables import event, payload
from rpa.states import ALLOWED, ItemState, Move
from tests.integration.queue_machine.items import MOST_CRASHES
from tests.integration.queue_machine.model import Model

MOVES = {
    "item.claimed": (Move.CLAIM, ItemState.RUNNING),
    "item.completed": (Move.FINISH, ItemState.COMPLETED),
    "item.failed": (Move.FINISH, ItemState.FAILED),
    "item.retry_planned": (Move.FINISH, ItemState.PENDING),
    "item.deferred": (Move.DEFER, ItemState.PENDING),
    "item.rescued": (Move.RESCUE, ItemState.PENDING),
    "item.cancelled": (Move.CANCEL, ItemState.CANCELLED),
    "item.retried": (Move.RETRY, ItemState.PENDING),
}
SUBMITTED = frozenset({ItemState.FAILED})
"""What a key that is sent again may have been before: the same item, failed."""


def check_record(database: Database, model: Model) -> None:
    found = verify(database)
    assert found.clean, str(found)
    bodies = _read(database)
    states, told = _replay(bodies)
    assert states == {number: one.state for number, one in model.items.items()}
    assert told == +Counter({(one.id, name): count for one in model.items.values() for name, count in one.told.items()})
    jobs = Counter((body["run"], body["name"]) for body in bodies if body["name"].startswith("job."))
    assert jobs == +Counter({
        (f"job-{number}", name): count for number, one in model.jobs.items()
        for name, count in (("job.submitted", 1), ("job.completed", one.completions))
    })  # fmt: skip
    of_systems = Counter((body["facts"]["system"], body["name"]) for body in bodies if body["run"] == "system")
    assert of_systems == +model.told_of_systems


def _read(database: Database) -> list[dict[str, Any]]:
    """Return the entries of all runs in the order in which they were written, each with what is kept beside it."""
    both = event.outerjoin(payload, (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq))
    with database.reading() as connection:
        rows = connection.execute(select(event.c.body, payload.c.content).select_from(both)).all()
    bodies = [orjson.loads(bytes(body)) | {"payload": content and orjson.loads(bytes(content))}
              for body, content in rows]  # fmt: skip
    return sorted(bodies, key=lambda body: body["at"])


def _replay(bodies: Iterable[dict[str, Any]]) -> tuple[dict[int, ItemState], Counter[tuple[int, str]]]:
    states: dict[int, ItemState] = {}
    told: Counter[tuple[int, str]] = Counter()
    for body in bodies:
        for number in _submitted(body):
            assert states.get(number) in (None, *SUBMITTED)
            states[number] = ItemState.PENDING
        if "item" not in body:
            continue
        told[body["item"], body["name"]] += 1
        if body["name"] in MOVES and body.get("facts", {}).get("crashes") != MOST_CRASHES:
            move, end = _move_of(body)
            assert states[body["item"]] in (ALLOWED[move].starts or {ItemState.PENDING}), body
            assert end in ALLOWED[move].ends, body
            states[body["item"]] = end
    return states, told


def _submitted(body: dict[str, Any]) -> Iterator[int]:
    if body["name"] == "items.submitted":
        yield from (one["item"] for one in body["payload"]["items"])


def _move_of(body: dict[str, Any]) -> tuple[Move, ItemState]:
    """Say which move an entry tells of: an item may also be ended by its job's plan, or by one crash too many."""
    move, end = MOVES[body["name"]]
    facts = body.get("facts", {})
    if facts.get("planned"):
        return Move.SUBMIT, end
    if facts.get("code") == "CRASHES_WORKER":
        return Move.RESCUE, end
    return move, end
