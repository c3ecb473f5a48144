"""The journal of one attempt: kept steps, and every write's intent and ending, durable before work goes on."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Update, insert, select, update

from rpa.audit import Event, Pseudonyms, Record
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.db.tables import checkpoint, effect, item
from rpa.exceptions import ClaimLost, GiveBack
from rpa.models import Actor, Claim, Facts, KeptStep, Write
from rpa.moves import KEEP_STEP, step_facts, step_values
from rpa.states import EffectState, ItemState

WORTH_A_COMMIT = 0.05
"""Seconds from which on a step is kept durably at once."""
_MAY_BE_THERE = (EffectState.INTENDED, EffectState.MADE, EffectState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was recorded before it was to happen."""

    id: int
    write: Write
    state: EffectState = EffectState.INTENDED


@dataclass(frozen=True, slots=True)
class Journals:
    """Opens the journal of an attempt."""

    database: Database
    record: Record
    pseudonyms: Pseudonyms
    clock: Clock
    leases: LeaseClock | None = None
    lease: timedelta = timedelta()
    """How long a lease lasts; for as long, after the clock of leases jumped, nothing is judged by it."""
    stopping: Callable[[], bool] = bool
    """Whether the worker was told to stop: the next step or write then gives the item back."""

    def of(self, claim: Claim, by: Actor) -> "Journal":
        """Return the journal of the attempt that holds this claim."""
        return Journal(self, claim, by)

    @property
    def by_the_clock(self) -> bool:
        """Whether leases can be judged by their end now, as whoever would rescue an item judges them."""
        return self.leases is None or self.leases.steady_for >= self.lease.total_seconds()


class Journal:
    """What one attempt may write about its item; every write of it needs the claim to hold still.

    All that write raise `ClaimLost` when it doesn't, and then nothing is written.
    """

    def __init__(self, journals: Journals, claim: Claim, by: Actor) -> None:
        self.clock = journals.clock
        self._leases = journals.leases or journals.clock
        self._journals = journals
        self._stopping = journals.stopping
        self._database = journals.database
        self._record = journals.record
        self._claim = claim
        self._by = by
        self._subject = journals.pseudonyms.of(claim.key)
        self._waiting: list[KeptStep] = []

    def boundary(self) -> None:
        """Come to a place where an attempt may be left: before a step, and before a write.

        Raises:
            GiveBack: The worker was told to stop.
        """
        if self._stopping():
            raise GiveBack

    def steps(self) -> dict[tuple[str, int], Any]:
        """Return what earlier attempts of this round kept: result by step name and ordinal."""
        kept = select(checkpoint).where(
            checkpoint.c.item_id == self._claim.item_id, checkpoint.c.round == self._claim.round
        )
        with self._database.reading() as connection:
            return {(row.step, row.ordinal): row.result for row in connection.execute(kept)}

    def keep_step(self, kept: KeptStep) -> None:
        """Keep the result of a step, so that the next attempt does not repeat it.

        At once if the step took its time; a short one with the next write of this attempt, the ending at the latest: to
        repeat it after a crash costs less than a commit. (What a step writes to a target is durable by itself.)
        """
        self._waiting.append(kept)
        if kept.seconds >= WORTH_A_COMMIT:
            with self._writing():
                pass

    @property
    def waiting(self) -> tuple[KeptStep, ...]:
        """The short steps that no write has kept yet."""
        return tuple(self._waiting)

    def earlier(self) -> dict[str, Intent]:
        """Return the last write of each name that earlier attempts began and that may be in the target system."""
        mine = (effect.c.item_id == self._claim.item_id) & effect.c.state.in_(_MAY_BE_THERE)
        with self._database.reading() as connection:
            rows = connection.execute(select(effect).where(mine).order_by(effect.c.id)).all()
        return {row.what: _intent(row) for row in rows}

    def intend(self, write: Write) -> Intent:
        """Record a write before it happens, only while the claim and its lease still hold."""
        self.boundary()
        with self._writing() as connection:
            held = self._item()
            if self._journals.by_the_clock:
                held = held.where(item.c.lease_until > self._leases.now())
            self._hold(connection, held.values(open_intents=item.c.open_intents + 1))
            number = self._insert(connection, write, EffectState.INTENDED)
            self._append(connection, f"{write.kind}.intended", {"effect": number}, _said(write))
        return Intent(number, write)

    def end(self, intent: Intent, state: EffectState, *, found: Facts | None) -> None:
        """Record how a write ended; `found` is what the target system shows now."""
        ended = {"state": state, "ended_at": self.clock.now()}
        with self._writing() as connection:
            self._hold(connection, self._item().values(open_intents=item.c.open_intents - 1))
            connection.execute(update(effect).where(effect.c.id == intent.id).values(**ended))
            said = _said(intent.write) | {"found": found}
            self._append(connection, f"{intent.write.kind}.{state}", {"effect": intent.id}, said)

    def note(self, write: Write, state: EffectState) -> None:
        """Record a write that was not made: already right, or only planned in a dry run."""
        with self._writing() as connection:
            self._hold(connection, self._item())
            number = self._insert(connection, write, state)
            self._append(connection, f"{write.kind}.{state}", {"effect": number}, _said(write))

    def differ(self, write: Write, *, found: Facts) -> None:
        """Record that a place does not show what was expected there, and that nothing is written to it."""
        said = {"what": write.what, "before": write.before, "found": found}
        with self._writing() as connection:
            self._hold(connection, self._item())
            self._append(connection, "item.differed", {"fields": differing(write, found)}, said)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Yield a transaction that first keeps the steps that wait."""
        with self._database.transaction() as connection:
            for one in self._waiting:
                if KEEP_STEP.run(connection, **step_values(self._claim, one)) != 1:
                    raise ClaimLost(self._lost())
                self._append(connection, "step.completed", step_facts(one))
            yield connection
        self._waiting.clear()

    def _item(self) -> Update:
        held = (item.c.id == self._claim.item_id, item.c.state == ItemState.RUNNING, item.c.claim == self._claim.id)
        return update(item).where(*held).values(open_intents=item.c.open_intents)

    def _hold(self, connection: Connection, guarded: Update) -> None:
        if connection.execute(guarded).rowcount != 1:
            raise ClaimLost(self._lost())

    def _lost(self) -> str:
        return (
            f"item {self._claim.item_id} is not held by claim {self._claim.id} any more, expected running under it "
            "within its lease; nothing was written"
        )

    def _insert(self, connection: Connection, write: Write, state: EffectState) -> int:
        now = self.clock.now()
        values = {
            "item_id": self._claim.item_id,
            "job_id": self._claim.job_id,
            "claim": self._claim.id,
            "kind": write.kind,
            "what": write.what,
            "state": state,
            "before": write.before,
            "after": write.after,
            "intended_at": now,
            "ended_at": None if state == EffectState.INTENDED else now,
        }
        return int(connection.execute(insert(effect).values(**values).returning(effect.c.id)).scalar_one())

    def _append(
        self, connection: Connection, name: str, facts: Facts, payload: Mapping[str, Any] | None = None
    ) -> None:
        event = Event(name, self._by, self._claim.item_id, self._claim.attempt, self._subject, facts, payload)
        self._record.append(connection, f"job-{self._claim.job_id}", event)


def differing(write: Write, found: Facts) -> list[str]:
    """Return the fields that were found otherwise than the write expects them."""
    before = write.before or {}
    return [name for name in before if found.get(name) != before[name]]


def _intent(row: Any) -> Intent:
    return Intent(row.id, Write(row.kind, row.what, row.before, row.after), EffectState(row.state))


def _said(write: Write) -> dict[str, Any]:
    return {"what": write.what, "before": write.before, "after": write.after}
