"""Leaves a system alone after too many faults in a row, and finds out when it is well again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db.prepared import Prepared
from rpa.db.tables import system
from rpa.gates.rows import ADD_SYSTEM
from rpa.models import Actor, ActorKind
from rpa.systems import System

LIBRARY = Actor(ActorKind.LIBRARY, "rpa")
_LONGEST = 1800.0
_DOUBLINGS = 20  # a bound for the arithmetic only: the longest wait is reached long before
_OURS = frozenset(
    {"UNEXPECTED", "NOT_SET_UP", "ROW_CHANGED", "IN_DOUBT", "CRASHES_WORKER", "BROWSER_CRASHED", "BROWSER_MISSING"}
)
_IS_OPEN = system.c.broken_at.is_not(None)  # as with a fuse: an open breaker lets nothing through

_COUNT = Prepared(
    update(system)
    .where(system.c.name == bindparam("b_name"))
    .values(faults=system.c.faults + 1, last_fault=bindparam("b_code"))
    .returning(system.c.faults, system.c.probes, system.c.broken_at)
)
# Changes nothing, and takes no lock, while nothing is wrong. What ends well while the breaker is open began before.
_FORGET = Prepared(
    update(system)
    .where(system.c.name == bindparam("b_name"), ~_IS_OPEN, (system.c.faults > 0) | (system.c.probes > 0))
    .values(faults=0, probes=0)
)


def counts(code: str) -> bool:
    """Whether a fault with this code says something about the system: then it counts towards leaving it alone.

    Everything does but the faults of our own side: the author's code, the settings, the robot's browser or process.
    A changed screen counts: it stops one robot before it writes, and must stop all of them.
    """
    return code not in _OURS


class Breaker:
    """Counts faults in a row, whichever worker had them.

    It opens at the system's threshold. A look that finds the system well closes it on trial: the next fault opens it
    again at once, for twice as long, and only an item that succeeds, or a person, ends the trial. A look can't see
    everything: a changed screen answers well.
    """

    def __init__(self, systems: Mapping[str, System], record: Record, clock: Clock) -> None:
        self._systems = systems
        self._record = record
        self._clock = clock

    def succeeded(self, connection: Connection, name: str) -> None:
        """Forget the faults before this success; an open breaker stays open."""
        _FORGET.later(connection, b_name=name)

    def failed(self, connection: Connection, name: str, *, code: str, worker_id: str) -> None:
        """Count a fault, and open the breaker if it is one too many."""
        faults, probes, broken_at = _counted(connection, name, code)
        limit = self._systems[name].breaker
        if limit and broken_at is None and faults >= (1 if probes else limit):
            last = Faults(faults, code)
            self._open(connection, self._systems[name], last, probes=probes, worker_id=worker_id)

    def due(self, connection: Connection, names: Collection[str]) -> str | None:
        """Return one of these systems that is to be looked at now, and let nobody else look at it for a while."""
        now = self._clock.now()
        waiting = select(system.c.name, system.c.probe_at, system.c.probes).where(
            _IS_OPEN, system.c.paused_at.is_(None), system.c.probe_at <= now, system.c.name.in_(names)
        )
        for name, probe_at, probes in connection.execute(waiting.order_by(system.c.probe_at)):
            mine = update(system).where(system.c.name == name, system.c.probe_at == probe_at)
            later = now + _wait(self._systems[name], probes + 1)  # should this worker die while it looks
            if connection.execute(mine.values(probe_at=later)).rowcount == 1:
                return str(name)
        return None

    def probed(self, connection: Connection, name: str, *, well: bool) -> None:
        """Close the breaker on trial, or look again later; nothing, if a person has closed it in the meantime."""
        broken = update(system).where(system.c.name == name, _IS_OPEN)
        probes = connection.execute(broken.values(probes=system.c.probes + 1).returning(system.c.probes)).scalar()
        if probes is None:
            return
        if not well:
            later = self._clock.now() + _wait(self._systems[name], probes)
            connection.execute(broken.values(probe_at=later))
            return
        connection.execute(broken.values(broken_at=None, probe_at=None, faults=0))
        facts = {"system": name, "why": "probe"}
        self._record.append(connection, SYSTEM_RUN, Event("system.resumed", LIBRARY, facts=facts))

    def _open(self, connection: Connection, one: System, found: "Faults", *, probes: int, worker_id: str) -> None:
        now = self._clock.now()
        opened = update(system).where(system.c.name == one.name)
        connection.execute(opened.values(broken_at=now, probe_at=now + _wait(one, probes)))
        facts = {"system": one.name, "faults": found.number, "code": found.last, "worker": worker_id}
        self._record.append(connection, SYSTEM_RUN, Event("system.breaker_opened", LIBRARY, facts=facts))
        raise_alarm(connection, AlarmKind.BREAKER_OPENED, subject=one.name, said=_alarm(one.name, found), now=now)


@dataclass(frozen=True, slots=True)
class Faults:
    """How many faults a system had in a row, and the code of the last."""

    number: int
    last: str | None

    def __str__(self) -> str:
        if self.number == 1:
            return f"a fault, {self.last}" if self.last else "a fault"
        return f"{self.number} faults in a row" + (f", the last {self.last}" if self.last else "")


def _counted(connection: Connection, name: str, code: str) -> tuple[int, int, datetime | None]:
    rows = _COUNT.rows(connection, b_name=name, b_code=code)
    if not rows:
        ADD_SYSTEM.run(connection, b_name=name)
        rows = _COUNT.rows(connection, b_name=name, b_code=code)
    faults, probes, broken_at = rows[0]
    return faults, probes, broken_at


def _wait(one: System, probes: int) -> timedelta:
    return timedelta(seconds=min(one.probe_after * 2 ** min(probes, _DOUBLINGS), _LONGEST))


def _alarm(name: str, found: Faults) -> str:
    return (
        f"The system {name} is left alone after {found}; its items wait and lose no attempt. The "
        f"robot looks at it by itself; `rpa systems` shows how it is, `rpa resume {name} --why …` puts it back in use."
    )
