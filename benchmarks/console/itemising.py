"""One item with its whole story: its row, attempts, writes and pictures, and an entry of the record for each."""

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from benchmarks.console.chaining import Form, Told, moment_of, stored
from benchmarks.console.pouring import Pouring
from rpa.audit.record import SALT_BYTES
from rpa.db.tables import attempt, effect, evidence, item, item_subject, payload, source_row
from rpa.db.types import canonical

CODES = (("business", "NO_MATCH"), ("business", "NO_MATCH"), ("system", "UNEXPECTED"), ("system", "HTTP_5XX"))
OPERATOR = "The operator"
_ITEM = ("id", "job_id", "workflow", "key", "data", "dry_run", "state", "failure", "code", "outcome", "attempts",
         "claims", "available_at", "turn", "claim", "worker", "claimed_at", "lease_until", "updated_at")  # fmt: skip
_EFFECT = ("id", "item_id", "job_id", "claim", "kind", "what", "state", "before", "after", "intended_at", "ended_at")
_EVIDENCE = ("digest", "kind", "media_type", "name", "size", "job_id", "item_id", "kept_at")
_BEFORE, _AFTER = {"clinic": "RENZZ 1", "slot": "09:40"}, {"clinic": "RENZZ 2", "slot": "10:20"}
_TWICE = ("claimed", "retry_planned", "claimed again")
_PICTURES = ("kept", "kept")


@dataclass(frozen=True, slots=True)
class Case:
    """An item that is to be made."""

    id: int
    key: str
    subject: str
    job: int
    workflow: str
    state: str
    began: datetime
    row: int
    is_plan: bool
    code: tuple[str, str] = CODES[0]


class Itemising:
    """Writes items; `writes` is how many changes each has made."""

    def __init__(
        self, pouring: Pouring, *, picture: str, slots: list[str], writes: int, effects: Iterator[int]
    ) -> None:
        self._pouring, self._picture, self._slots, self._effects = pouring, picture, slots, effects
        self._does = ("intended", "made") * writes

    def write(self, one: Case, told: list[Told]) -> None:
        """Write an item, and add what the record tells of it to what it tells of its job."""
        slot, claims = self._slots[one.id % len(self._slots)], (f"{one.id:016x}{'1' * 16}", f"{one.id:016x}{'2' * 16}")
        story = self._story(one)
        for number, what in enumerate(story):
            form = form_of(what, one.workflow, one.code)
            at = moment_of(one.began + timedelta(milliseconds=150 * number))
            said, committed = claims[what == "claimed again"].encode(), b""
            if form.has_payload:
                said, committed = self._change(one, what, claims[-1], len(told) + 1)
            told.append((form, (at, committed, said, b"%d" % one.id, one.subject.encode()), one.id))
        self._rows(one, story, slot, claims)

    def _story(self, one: Case) -> tuple[str, ...]:
        if one.state == "pending":
            return ()
        if one.state == "running":
            return ("claimed",)
        if one.is_plan:
            return ("claimed", "planned", "completed")
        last = {"failed": ("failed",), "cancelled": ("failed", "cancelled")}.get(one.state, ("completed",))
        return (*_TWICE, *self._does, *_PICTURES[: 3 - len(last)], *last)

    def _change(self, one: Case, what: str, claim: str, seq: int) -> tuple[bytes, bytes]:
        """Write what an entry of a change says, and the change where it is the last word on it; return its number."""
        number, where = next(self._effects), f"appointment of {one.key}"
        committed = self.keep(f"job-{one.job}", seq, {"before": _BEFORE, "after": _AFTER, "what": where})
        if what != "intended":
            at, state = stored(one.began), "planned" if what == "planned" else "made"
            values = (canonical(_BEFORE), canonical(_AFTER))
            row = (number, one.id, one.job, claim, "change", where, state, *values, at, at)
            self._pouring.add(effect, _EFFECT, [row])
        return b"%d" % number, committed

    def keep(self, run: str, seq: int, said: dict[str, object]) -> bytes:
        """Write what an entry keeps apart, and return what the entry is committed to."""
        salt, content = os.urandom(SALT_BYTES), canonical(said)
        self._pouring.add(payload, ("run", "seq", "salt", "content"), [(run, seq, salt, content)])
        return hmac.digest(salt, content, "sha256").hex().encode()

    def _rows(self, one: Case, story: tuple[str, ...], slot: str, claims: tuple[str, str]) -> None:
        at, add = stored(one.began), self._pouring.add
        failure, code = one.code if one.state == "failed" else (None, None)
        held = (claims[0], slot, at, at + 60_000_000) if one.state == "running" else (None,) * 4
        data = canonical(brought(one)["row"])
        tries = sum(what.startswith("claimed") for what in story)
        add(item, _ITEM, [(one.id, one.job, one.workflow, one.key, data, int(one.is_plan), one.state, failure, code,
                           "moved" if one.state == "completed" else None, tries, tries, at, 2 * one.id, *held,
                           at)])  # fmt: skip
        add(source_row, ("job_id", "input", "sheet", "row", "ended", "item_id"),
            [(one.job, "sheet", "List", one.row, "item", one.id)])  # fmt: skip
        add(item_subject, ("item_id", "subject"), [(one.id, one.subject)])
        ends = [None] * (one.state == "running") or [("retry_planned", "HTTP_5XX")] * (tries - 1) + [
            ("completed", None) if one.state == "completed" else ("failed", one.code[1])
        ] * bool(tries)  # fmt: skip
        add(attempt, ("item_id", "claim", "number", "worker", "started_at", "ended_at", "ended", "code"),
            [(one.id, claims[place], place + 1, slot, at + place, at + 900_000 * (place + 1), *end)
             for place, end in enumerate(ends) if end])  # fmt: skip
        add(evidence, _EVIDENCE, [(self._picture, "screenshot", "image/png", "pas.png", 70, one.job, one.id, at)]
            * story.count("kept"))  # fmt: skip


def brought(one: Case) -> dict[str, object]:
    """Return what is said of an item when it comes in."""
    source = {"input": "sheet", "sheet": "List", "row": one.row}
    return {"item": one.id, "key": one.key, "places": [f"sheet, List row {one.row}"],
            "row": {"nhs_number": one.key, "fate": "fine", "priority": "Routine", "source": source}}  # fmt: skip


@cache
def form_of(what: str, workflow: str, code: tuple[str, str]) -> Form:
    """Return the form of an entry of an item."""
    library, bot, claimed = ("library", "rpa"), ("bot", workflow), {"claim": "<told>", "round": 1}
    match what:
        case "claimed" | "claimed again":
            return Form("item.claimed", library, facts=claimed, attempt=1 + (what != "claimed"))
        case "retry_planned":
            facts = {
                "code": "HTTP_5XX",
                "diagnosis": "the system answered 503",
                "retry_at": "2026-01-01T00:00:00+00:00",
            }
            return Form("item.retry_planned", bot, facts=facts, attempt=1)
        case "intended" | "made" | "planned":
            return Form(f"change.{what}", bot, facts={"effect": "<told>"}, attempt=2, has_payload=True)
        case "kept":
            return Form("evidence.kept", library, facts={"kind": "screenshot", "sha256": "7" * 64, "size": 70})
        case "failed":
            return Form("item.failed", bot, facts={"failure": code[0], "code": code[1]}, attempt=2)
        case "cancelled":
            return Form("item.cancelled", ("person", OPERATOR))
    return Form("item.completed", bot, facts={"outcome": "moved"}, attempt=2)
