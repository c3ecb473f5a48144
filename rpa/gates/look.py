"""How each system stands: may it be used now, if not why not, and who has a session with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from rpa.clock import local
from rpa.db.tables import seat, system, worker
from rpa.gates.breaker import Faults
from rpa.gates.hours import Closing
from rpa.systems import System


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of a system; one that it says nothing of was never paused and had no fault."""

    name: str
    paused_at: datetime | None = None
    paused_by: str | None = None
    paused_why: str | None = None
    broken_at: datetime | None = None
    probe_at: datetime | None = None
    faults: int = 0
    last_fault: str | None = None

    @property
    def pause(self) -> str | None:
        """Who paused it, when and why."""
        if self.paused_at is None:
            return None
        return f"paused by {self.paused_by} since {when(self.paused_at)}: {self.paused_why}"

    @property
    def breach(self) -> str | None:
        """Why it is left alone, and until when."""
        if self.probe_at is None:
            return None
        return f"left alone after {Faults(self.faults, self.last_fault)}, next look at {when(self.probe_at)}"


@dataclass(frozen=True, slots=True)
class Seat:
    """A session that a slot has, or is about to have, with a system."""

    worker: str
    host: str | None
    slot: int | None
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class SystemState:
    """How a registered system stands now."""

    name: str
    address: str
    why_not: str | None
    """Why it may not be used, in words; None when it may."""
    since: datetime | None
    """Since when; None also where only the hours say so."""
    next_opening: datetime | None
    """When its hours begin, or when it is looked at again; None for a person to decide."""
    faults: int
    last_fault: str | None
    """The code of the last of them; None while there is none."""
    max_sessions: int | None
    seats: Sequence[Seat]


def standings(connection: Connection) -> Mapping[str, Standing]:
    """Return what the database says of systems, by name."""
    named = ("name", "paused_at", "paused_by", "why", "broken_at", "probe_at", "faults", "last_fault")
    columns = (system.c[name] for name in named)
    return {row.name: Standing(*row) for row in connection.execute(select(*columns))}


def seats_in_use(connection: Connection) -> Mapping[str, Sequence[Seat]]:
    """Return who has a session with each limited system."""
    held = select(seat.c.system, seat.c.worker, worker.c.host, worker.c.slot, seat.c.taken_at)
    found: dict[str, list[Seat]] = {}
    for name, *of_seat in connection.execute(
        held.outerjoin(worker, worker.c.id == seat.c.worker).order_by(seat.c.system, seat.c.number)
    ):
        found.setdefault(name, []).append(Seat(*of_seat))
    return found


def why_not(standing: Standing | None, closing: Closing | None) -> str | None:
    """Say why a system may not be used now; None when it may. What a person said comes first."""
    pause, breach = (standing.pause, standing.breach) if standing else (None, None)
    return pause or (closing[1] if closing else None) or breach


def state_of(one: System, standing: Standing, closing: Closing | None, seats: Sequence[Seat]) -> SystemState:
    """Put together how a system stands."""
    opening = None if standing.paused_at else closing[0] if closing else standing.probe_at
    return SystemState(
        name=one.name,
        address=one.address,
        why_not=why_not(standing, closing),
        since=standing.paused_at or (None if closing else standing.broken_at),
        next_opening=opening,
        faults=standing.faults,
        last_fault=standing.last_fault if standing.faults else None,
        max_sessions=one.max_sessions,
        seats=seats,
    )


def when(moment: datetime) -> str:
    """Return a time as people in the UK read it: `Mon 24 Nov 07:00`."""
    shown = local(moment)
    return f"{shown:%a} {shown.day} {shown:%b %H:%M}"
