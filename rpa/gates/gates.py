"""May a system be used now, and by how many: asked at each claim, told of each end of an attempt."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rpa.audit import Event, Record, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db.prepared import Prepared
from rpa.db.tables import refused_sign_in, system
from rpa.exceptions import UsageError
from rpa.gates import seats
from rpa.gates.breaker import LIBRARY, Breaker
from rpa.gates.hours import Hours
from rpa.gates.look import Standing, SystemState, seats_in_use, standings, state_of, why_not
from rpa.gates.rows import ADD_SYSTEM
from rpa.models import Actor, ActorKind
from rpa.systems import Systems

_IN_TROUBLE = system.c.paused_at.is_not(None) | system.c.broken_at.is_not(None)
_TROUBLES = Prepared(select(*(one for one in system.c if one.name != "probes")).where(_IN_TROUBLE))


class Gates:
    """What stands between waiting items and a target system.

    Whatever writes is done in the transaction of the caller, who commits it together with the move it belongs to.
    Names of systems that are not registered are passed over: the executor says of them what is wrong.
    """

    def __init__(self, systems: Systems, record: Record, clock: Clock) -> None:
        self._systems = systems
        self._by_name = {one.name: one for one in systems}
        self._limits = {one.name: one.max_sessions for one in systems if one.max_sessions is not None}
        self._hours = Hours(systems)
        self._breaker = Breaker(self._by_name, record, clock)
        self._record = record
        self._clock = clock
        # Sentences are made when what is stored changes, not at each claim.
        self._troubles: list[tuple[Any, ...]] = []
        self._standings: Mapping[str, Standing] = {}

    def closed(self, connection: Connection, names: Collection[str]) -> dict[str, str]:
        """Return which of these systems may not be used now, and why in words: one small read."""
        if not names:
            return {}
        stored = self._stored(connection)
        outside = self._hours.closed(self._clock.now())
        found = {name: why_not(stored.get(name), outside.get(name)) for name in names}
        return {name: why for name, why in found.items() if why is not None}

    def take_seats(self, connection: Connection, names: Collection[str], worker_id: str) -> bool:
        """Say whether a slot may have a session with all of these systems; it then holds a seat of each limited one.

        It keeps them until they are given up, as a slot that has signed in stays signed in.
        """
        limits = {name: self._limits[name] for name in names if name in self._limits}
        return not limits or seats.take(connection, limits, worker_id, now=self._clock.now())

    def free_seats(self, connection: Connection, worker_id: str, keep: Collection[str] = ()) -> None:
        """Give up a slot's seats, all but those of the systems in `keep`; it has signed out of the others."""
        seats.free(connection, [worker_id], keep=keep)

    def free_seats_of(self, connection: Connection, worker_ids: Collection[str]) -> None:
        """Give up the seats of slots that are gone."""
        seats.free(connection, worker_ids)

    def attempt_ended(self, connection: Connection, names: Collection[str], *, fault: str | None,
                      worker_id: str) -> None:  # fmt: skip
        """Count one more fault in a row of these systems, or none any more; one with too many is left alone."""
        for name in sorted(self._by_name.keys() & set(names)):  # in one order, so that no two wait for each other
            if fault is not None:
                self._breaker.failed(connection, name, code=fault, worker_id=worker_id)
            else:
                self._breaker.succeeded(connection, name)

    def due_probe(self, connection: Connection, names: Collection[str] | None = None) -> str | None:
        """Return a system that is to be looked at now; this worker, and no other, is to look and call `probed`.

        `names` are those that it has bots for; all registered ones if not given. A paused or closed one is not due.
        """
        outside = self._hours.closed(self._clock.now())
        mine = self._by_name.keys() - outside.keys()
        return self._breaker.due(connection, mine if names is None else mine & set(names))

    def probed(self, connection: Connection, name: str, *, well: bool) -> None:
        """Tell what came of the look: the system is in use again on trial, or it is looked at later."""
        self._breaker.probed(connection, name, well=well)

    def pause(self, connection: Connection, name: str, *, by: Actor, why: str) -> None:
        """Let no item act in a system until it is resumed; what is being attempted goes on.

        Raises:
            NotFoundError: It isn't registered; the message says what is.
            UsageError: It is paused already; the message says by whom and why.
        """
        self._systems.get(name)
        if not self._pause(connection, name, by=by, why=why):
            found = standings(connection)[name].pause
            raise UsageError(f"system {name} is {found}; expected one in use. Resume it first to pause it anew")

    def hold(self, connection: Connection, name: str, *, why: str) -> bool:
        """Pause a system in the library's own name; False if it is paused already, by whomever."""
        return self._pause(connection, name, by=LIBRARY, why=why)

    def resume(self, connection: Connection, name: str, *, by: Actor, why: str) -> None:
        """Put a system back in use that was paused, or left alone after faults, or both.

        Sign-ins that it refused may be tried again.

        Raises:
            NotFoundError: It isn't registered; the message says what is.
            UsageError: It is in use, as far as that is for a person to say.
        """
        self._systems.get(name)
        resumed = update(system).where(system.c.name == name, _IN_TROUBLE)
        empty = dict.fromkeys(("paused_at", "paused_by", "why", "broken_at", "probe_at"))
        if connection.execute(resumed.values(**empty, faults=0, probes=0)).rowcount != 1:
            raise UsageError(
                f"system {name} is neither paused nor left alone after faults; `rpa systems` says how it is"
            )
        connection.execute(delete(refused_sign_in).where(refused_sign_in.c.system == name))
        self._tell(connection, "system.resumed", name, by=by, why=why)

    def states(self, connection: Connection) -> list[SystemState]:
        """Return how each registered system stands."""
        stored, outside = standings(connection), self._hours.closed(self._clock.now())
        sitting = seats_in_use(connection)
        return [
            state_of(one, stored.get(one.name, Standing(one.name)), outside.get(one.name), sitting.get(one.name, ()))
            for one in self._systems
        ]

    def _pause(self, connection: Connection, name: str, *, by: Actor, why: str) -> bool:
        ADD_SYSTEM.run(connection, b_name=name)
        paused = update(system).where(system.c.name == name, system.c.paused_at.is_(None))
        values = {"paused_at": self._clock.now(), "paused_by": by.name, "why": why}
        if connection.execute(paused.values(**values)).rowcount != 1:
            return False
        self._tell(connection, "system.paused", name, by=by, why=why)
        return True

    def _stored(self, connection: Connection) -> Mapping[str, Standing]:
        troubles = _TROUBLES.rows(connection)
        if troubles != self._troubles:
            self._standings = standings(connection) if troubles else {}
            self._troubles = troubles
        return self._standings

    def _tell(self, connection: Connection, event: str, name: str, *, by: Actor, why: str) -> None:
        is_own = by.kind != ActorKind.PERSON  # the library's words name nobody
        facts = {"system": name, "why": why} if is_own else {"system": name}
        payload = None if is_own else own_words(why)
        self._record.append(connection, SYSTEM_RUN, Event(event, by, facts=facts, payload=payload))
