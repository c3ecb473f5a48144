"""Erases what is known of patients, by rule or by NHS number: who decided and why is in the record before it is gone.

The chain keeps a commitment of each payload, so the record verifies without them. Pseudonyms, outcomes and totals stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from rpa.audit import Event, Pseudonyms, Record
from rpa.audit.erased import ERASED, merged
from rpa.audit.pseudonyms import VERSION
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import checkpoint, effect, event, item, payload, source_row
from rpa.erasure.decision import Decision
from rpa.erasure.found import UNFINISHED, cut, entries_of, expired_jobs, oldest
from rpa.exceptions import UsageError

_AT_ONCE = 1_000
"""Payloads, or items, of one transaction: others wait for it on SQLite."""
_ERASED_KEY = f"{VERSION}:%"


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
                seqs = entries_of(connection, run, item_ids)
                kept = list(cut(connection, run, item_ids))
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
        still = select(item.c.id, item.c.state).where(item.c.id.in_(item_ids), item.c.state.in_(UNFINISHED))
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
                seqs = oldest(connection, run, before, most=_AT_ONCE)
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
        wanted = select(item.c.id, item.c.key).where(item.c.id.in_(item_ids), item.c.state.not_in(UNFINISHED))
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
