"""The sessions a system allows: each is a numbered seat that one slot holds, whichever machine it is on."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from rpa.db.prepared import Prepared, add_unless_there
from rpa.db.tables import seat

_TAKEN = Prepared(select(seat.c.number, seat.c.worker).where(seat.c.system == bindparam("b_system")))
_TAKE = add_unless_there(seat, "system", "number", "worker", "taken_at")


def take(connection: Connection, limits: dict[str, int], worker_id: str, *, now: datetime) -> bool:
    """Take a seat of each system in `limits`, unless the slot has it already; all or none.

    A limit is the number of seats. What another transaction takes at the same moment is waited for on PostgreSQL,
    always in the order of the names: that can't go round in a circle.
    """
    taken: list[str] = []
    for name in sorted(limits):
        found = _take_one(connection, name, limits[name], worker_id=worker_id, now=now)
        if found is None:
            _give_back(connection, worker_id, taken)
            return False
        taken += [name] if found else []
    return True


def free(connection: Connection, worker_ids: Collection[str], *, keep: Collection[str] = ()) -> None:
    """Give up all seats of these slots, except those of the systems in `keep`."""
    theirs = seat.c.worker.in_(worker_ids)
    connection.execute(delete(seat).where(theirs, seat.c.system.not_in(keep)))


def _take_one(connection: Connection, name: str, limit: int, *, worker_id: str, now: datetime) -> bool | None:
    """Return whether a seat was taken just now; None when none is free."""
    holders = dict(_TAKEN.rows(connection, b_system=name))
    if worker_id in holders.values():
        return False
    for number in range(1, limit + 1):
        wanted = {"b_system": name, "b_number": number, "b_worker": worker_id, "b_taken_at": now}
        if number not in holders and _TAKE.run(connection, **wanted) == 1:
            return True
    return None


def _give_back(connection: Connection, worker_id: str, names: Collection[str]) -> None:
    if names:
        connection.execute(delete(seat).where(seat.c.worker == worker_id, seat.c.system.in_(names)))
