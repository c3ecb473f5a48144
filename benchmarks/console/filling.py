"""A year of a busy trust: thousands of jobs of several workflows and people, with all that is kept of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.console.chaining import Chaining, End, Form, Told, moment_of, stored
from benchmarks.console.itemising import CODES, Case, Itemising, brought
from benchmarks.console.pouring import Pouring
from rpa.audit import Pseudonyms
from rpa.audit.record import SYSTEM_RUN
from rpa.db.tables import evidence, job, source_row
from rpa.db.types import canonical

WORKFLOWS = ("tidy", "rebook", "letters", "contacts", "referrals")
PLANS = "discharge"
_SPAN, _MONTH = timedelta(days=330), timedelta(days=30)
_CHUNK = 500
"""Rows that one entry tells of when they come in."""
_FAMOUS, _OPEN_KEYS = 999_999, 100_000
_SHA = "ab" * 32
_WRONG = canonical([{"column": "NHS number", "rule": "is not an NHS number"}])
_JOB = ("id", "workflow", "version", "state", "dry_run", "requested_by", "params", "inputs", "input_digest", "rows_in",
        "open_items", "submitted_at", "completed_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """A job that is to be made."""

    id: int
    workflow: str
    rows: int
    by: str
    at: datetime
    gap: timedelta
    is_plan: bool = False
    is_open: bool = False
    has_famous: bool = False

    @property
    def run(self) -> str:
        """Its run in the record."""
        return f"job-{self.id}"


@dataclass(slots=True)
class Landmarks:
    """What the pages are asked for."""

    large_job: int = 0
    open_job: int = 0
    plan: int = 0
    reference: str = ""
    in_large_job: str = ""
    in_large_job_item: int = 0
    since: str = ""
    until: str = ""
    person: str = ""
    items: dict[str, int] = field(default_factory=dict)
    """An item, by its state; the newest of each."""


class Filling:
    """Makes jobs of so many items together."""

    def __init__(self, pouring: Pouring, chaining: Chaining, making: Itemising, pseudonyms: Pseudonyms) -> None:
        self._pouring, self._chaining, self._making = pouring, chaining, making
        self._of, self._finished, self._unfinished, self._large, self._plan = pseudonyms.of, 0, 0, 0, 0
        self.system = End(0, b"")
        """Where the run of the system ends, in which stands who signed in and who read."""
        self.marks = Landmarks(reference=reference(_FAMOUS))

    def fill(self, items: int, *, people: list[str], now: datetime, first_job: int, first_item: int) -> None:
        """Make them, the oldest first."""
        number, self._large = first_item, items // 10
        self.marks.since, self.marks.until = f"{now - _SPAN / 2:%Y-%m-%d}", f"{now - _SPAN / 2 + _MONTH:%Y-%m-%d}"
        for one in _planned(items, people, now, first_job):
            self._job(one, number)
            number += one.rows
            if one.id % 500 == 0:
                print(f"  job {one.id:,}: {number - first_item:,} items, {self._chaining.size:,} entries", flush=True)

    def _job(self, one: Planned, first: int) -> None:
        cases = list(self._cases(one, first))
        told = self._submitted(one, cases)
        for case in cases:
            self._making.write(case, told)
        still = sum(case.state in ("pending", "running") for case in cases)
        ended = one.at + one.gap * (one.rows + 1)
        if not still:
            told.append(self._completed(one, cases, ended))
        self._pouring.add(job, _JOB, [(
            one.id, one.workflow, "1+421383504f8e", "open" if still else "completed", int(one.is_plan), one.by, b"{}",
            canonical(_inputs(one)), f"{one.id:064x}", one.rows + 1, still, stored(one.at),
            None if still else stored(ended),
        )])  # fmt: skip
        self._pouring.add(source_row, ("job_id", "input", "sheet", "row", "ended", "problems"), [
            (one.id, "sheet", "List", one.rows + 2, "rejected", _WRONG)
        ])  # fmt: skip
        self._chaining.write(one.run, told, (one.at, ended))
        self.system = self._chaining.write(SYSTEM_RUN, _beside(one), (ended, ended), self.system)
        self._mark(one, cases)

    def _submitted(self, one: Planned, cases: list[Case]) -> list[Told]:
        by, at = ("person", one.by), moment_of(one.at)
        facts = {"applies": None, "dry_run": one.is_plan, "inputs": [{"name": "sheet", "sha256": _SHA}], "parent": None,
                 "reverses": None, "rows_in": one.rows + 1, "version": "1", "workflow": one.workflow}  # fmt: skip
        self._pouring.add(evidence, ("digest", "kind", "media_type", "name", "size", "job_id", "kept_at"),
                          [(_SHA, "input", "text/csv", "List.csv", 369, one.id, stored(one.at))])  # fmt: skip
        told = [(Form("job.submitted", by, facts=facts, of_item=False), (at, b"", b"", b"", b""), None)]
        for begin in range(0, one.rows, _CHUNK):
            some = cases[begin : begin + _CHUNK]
            form = Form("items.submitted", by, facts={"first": some[0].id, "count": len(some)}, of_item=False,
                        has_payload=True)  # fmt: skip
            committed = self._making.keep(one.run, len(told) + 1, {"items": [brought(case) for case in some]})
            told.append((form, (at, committed, b"", b"", b""), None))
        return told

    def _completed(self, one: Planned, cases: list[Case], at: datetime) -> Told:
        ends = [case.state for case in cases]
        facts = {state: ends.count(state) for state in ("completed", "failed", "cancelled")}
        facts |= {"duplicate": 0, "left_out": 0, "open": 0, "rejected": 1, "rows_in": one.rows + 1}
        form = Form("job.completed", ("library", "rpa"), facts=facts, of_item=False)
        return form, (moment_of(at), b"", b"", b"", b""), None

    def _cases(self, one: Planned, first: int) -> Iterator[Case]:
        for place in range(one.rows):
            state = _state(one, first + place, place)
            key = reference(_FAMOUS if one.has_famous and not place else self._next(state))
            yield Case(first + place, key, self._of(key), one.id, one.workflow, state, one.at + one.gap * (place + 1),
                       place + 2, one.is_plan, CODES[first * 7 % len(CODES)])  # fmt: skip

    def _next(self, state: str) -> int:
        """Return the number of a patient: one whose item is not finished has no other."""
        if state in ("completed", "cancelled"):
            self._finished += 1
            return _OPEN_KEYS + self._finished % (_FAMOUS - _OPEN_KEYS)
        self._unfinished += 1
        return self._unfinished

    def _mark(self, one: Planned, cases: list[Case]) -> None:
        marks = self.marks
        if one.is_plan:
            self._plan, marks.plan = max((self._plan, marks.plan), (one.rows, one.id))
            return
        if one.rows == self._large:
            marks.large_job = marks.large_job or one.id
            marks.in_large_job = marks.in_large_job or cases[len(cases) // 2].key
            marks.in_large_job_item = marks.in_large_job_item or cases[len(cases) // 2].id
        marks.open_job = one.id if one.is_open else marks.open_job
        marks.person = one.by
        marks.items |= {f"{case.state} {case.code[1]}" if case.state == "failed" else case.state: case.id
                        for case in cases}  # fmt: skip


def _beside(one: Planned) -> list[Told]:
    """Return what people do beside: for each job some sign in, and somebody looks at the record."""
    at = moment_of(one.at + one.gap * (one.rows + 1))
    signed = [Form("person.signed_in", ("person", one.by), of_item=False)] * 6
    seen = {"what": "record", "by": "reference", "count": 10, "personal": False}
    read = [Form("record.read", ("person", "The auditor"), facts=seen, of_item=False)] * 3
    seen = {"count": 10, "form": "csv", "payloads": False, "sha256": _SHA, "what": f"job {one.id}"}
    took = Form("record.exported", ("person", "The auditor"), facts=seen, of_item=False)
    return [(form, (at, b"", b"", b"", b""), None) for form in (*signed, *read, took)]


def reference(number: int) -> str:
    """Return what a patient is known by: ten digits of the range that no patient has."""
    return f"999{number:07}"


def _state(one: Planned, number: int, place: int) -> str:
    if one.is_plan:
        return "completed"
    if one.is_open and place >= one.rows // 2:
        return "pending" if place > one.rows // 2 else "running"
    chance = number * 7919 % 1_000
    return (
        "failed" if chance < 40 and not (one.has_famous and not place) else "cancelled" if chance < 60 else "completed"
    )


def _planned(items: int, people: list[str], now: datetime, first: int) -> Iterator[Planned]:
    """Yield jobs: one of a tenth of all items, five large ones, plans, and thousands as they come every day."""
    sizes, left, number = {4: items // 10} | {100 + 60 * one: items // 50 for one in range(5)}, items, 0
    plans, ordinary = max(items // 5_000, 10), max((items * 4 // 5) // 120, 1)
    some, many = max(ordinary // 50, 1), ordinary // max(plans, 1)
    step = _SPAN / (ordinary + plans)
    while left > 0:
        is_plan = number % (many + 1) == many
        rows = min(sizes.get(number, 50 if is_plan else 20 + number * 37 % 200), left)
        if is_plan and number // (many + 1) == 1:
            rows = min(items // 200, 5_000, left)
        is_open = left < items // 20_000 * 120 + 600 and not is_plan
        at = min(now - _SPAN + step * number, now - timedelta(hours=1))
        workflow, by = PLANS if is_plan else WORKFLOWS[number % 5], people[number * 31 % len(people)]
        yield Planned(first + number, workflow, rows, by, at, min(step / (rows + 20), timedelta(seconds=4)),
                      is_plan, is_open, not is_plan and number % some == 0)  # fmt: skip
        left, number = left - rows, number + 1


def _inputs(one: Planned) -> list[dict[str, object]]:
    return [{"file": "List.csv", "hidden_rows": 0, "left_out": 0, "name": "sheet", "rejected": 1, "rows": one.rows,
             "sha256": _SHA, "sheet": "List", "warnings": []}]  # fmt: skip
