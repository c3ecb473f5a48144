"""Erases what is known of patients, by rule or by NHS number: who decided and why is in the record before it is gone.

The chain keeps a commitment of each payload, so the record verifies without them. Pseudonyms, outcomes and totals stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select, update

from rpa.audit import Event, Pseudonyms, Record
from rpa.audit.erased import ERASED, merged
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import checkpoint, effect, event, item, job, payload, source_row
from rpa.exceptions import UsageError
from rpa.logs import scrubbed
from rpa.models import Actor
from rpa.states import ItemState, JobState

_AT_ONCE = 1_000
"""Payloads, or items, of one transaction: others wait for it on SQLite."""
_UNFINISHED = (ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED)
_SUBMITTED = ("items.submitted", "items.kept")
_ERASED_KEY = "k1:%"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something is erased, who asks for it, and who else approved it."""

    basis: str
    by: Actor
    approved_by: str

    def __post_init__(self) -> None:
        if not self.basis.strip():
            raise UsageError('there is no legal basis, expected one such as --basis "UK GDPR 17(1)(a)"')
        if not self.approved_by.strip() or self.approved_by.strip().casefold() == self.by.name.strip().casefold():
            raise UsageError("who asks can't approve it as well, expected the name of another person")
        if any(scrubbed(one) != one for one in (self.basis, self.approved_by)):
            raise UsageError(
                "legal basis and name are kept for ever, and one reads like a patient's data: leave it out"
            )

    def facts(self) -> dict[str, object]:
        """Return what the record says of it."""
        return {"basis": self.basis, "approved_by": self.approved_by}


@dataclass(slots=True)
class Erased:
    """How much was erased."""

    payloads: int = 0
    items: int = 0


class Eraser:
    """Erases payloads of the record and the values in the queue's tables, in one transaction with the event of it.

    It can be stopped at any moment: what was erased is recorded, and doing it again goes on with the rest.
    """

    def __init__(self, database: Database, record: Record, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._record = record
        self._pseudonyms = pseudonyms

    def patient(self, item_ids: Sequence[int], decision: Decision) -> Erased:
        """Erase what these items hold of a patient; other patients' rows of the same sheets are kept.

        Raises:
            UsageError: One of them isn't finished: its row is still needed.
        """
        self._refuse_unfinished(item_ids)
        erased = Erased()
        for run in self._runs_of(item_ids):
            with self._database.transaction() as connection:
                self._database.overwrite_deleted(connection)
                seqs = _entries_of(connection, run, item_ids)
                kept = list(_cut(connection, run, item_ids))
                told = [Event("items.kept", decision.by, facts={"of": seq}, payload={"items": others})
                        for seq, others in kept if others]  # fmt: skip
                seqs = sorted({*seqs, *(seq for seq, _ in kept)})
                self._erase(connection, run, decision, [(seq, seq) for seq in seqs], also=told)
                erased.payloads += len(seqs)
        erased.items += self._erase_items(item_ids)
        self._database.forget_deleted()
        return erased

    def before(self, moment: datetime, decision: Decision) -> Erased:
        """Erase what jobs hold that were completed before a moment, unless an item of theirs still needs a person."""
        erased = Erased()
        for number in expired_jobs(self._database, moment):
            erased.payloads += self._erase_run(f"job-{number}", decision)
            erased.items += self._erase_items(self._items_of(number))
        erased.payloads += self._erase_run(SYSTEM_RUN, decision, before=moment)
        self._database.forget_deleted()
        return erased

    def _refuse_unfinished(self, item_ids: Sequence[int]) -> None:
        still = select(item.c.id, item.c.state).where(item.c.id.in_(item_ids), item.c.state.in_(_UNFINISHED))
        with self._database.reading() as connection:
            found = connection.execute(still.order_by(item.c.id)).first()
        if found is not None:
            raise UsageError(
                f"item {found.id} of that patient is {found.state}, expected completed or cancelled: its row is still "
                "needed. Let it end, or `rpa cancel` it; nothing was erased"
            )

    def _runs_of(self, item_ids: Sequence[int]) -> list[str]:
        acted = select(event.c.run).where(event.c.item_id.in_(item_ids)).distinct()
        sent = select(source_row.c.job_id).where(source_row.c.item_id.in_(item_ids)).distinct()
        with self._database.reading() as connection:
            runs = {str(run) for run in connection.execute(acted).scalars()}
            return sorted(runs | {f"job-{number}" for number in connection.execute(sent).scalars()})

    def _erase_run(self, run: str, decision: Decision, *, before: datetime | None = None) -> int:
        """Erase all payloads of a run, or those before a moment, oldest first; return how many."""
        done = 0
        while True:
            with self._database.transaction() as connection:
                self._database.overwrite_deleted(connection)
                seqs = _oldest(connection, run, before)
                if not seqs:
                    return done
                self._erase(connection, run, decision, [(seqs[0], seqs[-1])], count=len(seqs))
                done += len(seqs)

    def _erase(self, connection: Connection, run: str, decision: Decision, ranges: Sequence[tuple[int, int]], *,
               also: Sequence[Event] = (), count: int | None = None) -> None:  # fmt: skip
        """Record what is erased, then erase it, in the caller's transaction."""
        if not ranges:
            return
        facts = {"entries": merged(ranges), "count": len(ranges) if count is None else count} | decision.facts()
        self._record.append(connection, run, *also, Event(ERASED, decision.by, facts=facts))
        for first, last in ranges:
            connection.execute(delete(payload).where(payload.c.run == run, payload.c.seq.between(first, last)))

    def _items_of(self, job_id: int) -> list[int]:
        mine = select(item.c.id).where(item.c.job_id == job_id, item.c.key.not_like(_ERASED_KEY))
        with self._database.reading() as connection:
            return list(connection.execute(mine.order_by(item.c.id)).scalars())

    def _erase_items(self, item_ids: Sequence[int]) -> int:
        done = 0
        for start in range(0, len(item_ids), _AT_ONCE):
            some = item_ids[start : start + _AT_ONCE]
            with self._database.transaction() as connection:
                self._database.overwrite_deleted(connection)
                done += self._empty(connection, some)
        return done

    def _empty(self, connection: Connection, item_ids: Sequence[int]) -> int:
        """Empty items, their kept steps and their writes; states, outcomes and the rows' places stay as they are."""
        wanted = select(item.c.id, item.c.key).where(item.c.id.in_(item_ids), item.c.state.not_in(_UNFINISHED))
        found = connection.execute(wanted.where(item.c.key.not_like(_ERASED_KEY)).with_for_update()).all()
        ids = [row.id for row in found]
        if ids:
            keys = [{"b_id": row.id, "b_key": self._pseudonyms.of(row.key)} for row in found]
            emptied = update(item).where(item.c.id == bindparam("b_id")).values(key=bindparam("b_key"), data={})
            connection.execute(emptied, keys)
            connection.execute(delete(checkpoint).where(checkpoint.c.item_id.in_(ids)))
            written = update(effect).where(effect.c.item_id.in_(ids))
            connection.execute(written.values(what="erased", before=None, after=None))
        return len(ids)


def expired_jobs(database: Database, moment: datetime) -> list[int]:
    """Return the jobs that were completed before a moment and have no item that needs anybody."""
    waiting = select(item.c.id).where(item.c.job_id == job.c.id, item.c.state.in_(_UNFINISHED)).exists()
    over = select(job.c.id).where(job.c.state == JobState.COMPLETED, job.c.completed_at < moment, ~waiting)
    with database.reading() as connection:
        return list(connection.execute(over.order_by(job.c.id)).scalars())


def _oldest(connection: Connection, run: str, before: datetime | None) -> list[int]:
    same = (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq)
    rows = select(payload.c.seq, event.c.body).select_from(payload.join(event, same)).where(payload.c.run == run)
    seqs: list[int] = []
    for row in connection.execute(rows.order_by(payload.c.seq).limit(_AT_ONCE)):
        if before is not None and datetime.fromisoformat(orjson.loads(bytes(row.body))["at"]) >= before:
            break
        seqs.append(row.seq)
    return seqs


def _entries_of(connection: Connection, run: str, item_ids: Sequence[int]) -> list[int]:
    same = (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq)
    mine = select(payload.c.seq).select_from(payload.join(event, same))
    return list(connection.execute(mine.where(event.c.run == run, event.c.item_id.in_(item_ids))).scalars())


def _cut(connection: Connection, run: str, item_ids: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    """Yield each submission of the run that holds a row of these items, and the rows that it has beside theirs."""
    same = (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq)
    rows = select(payload.c.seq, payload.c.content).select_from(payload.join(event, same))
    wanted = rows.where(event.c.run == run, event.c.name.in_(_SUBMITTED)).order_by(payload.c.seq)
    for row in connection.execute(wanted):
        told = orjson.loads(bytes(row.content))["items"]
        others = [one for one in told if one["item"] not in item_ids]
        if len(others) < len(told):
            yield row.seq, others
