"""What must be true of the clinic and the record after every run, whatever happened in between."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rpa.audit import Trail, verify
from rpa.demo.clinic import AuditRow, FieldChange, changes_between
from rpa.models import Effect, Totals
from rpa.states import EffectState
from tests.acceptance.survival.canaries import prove_nothing_leaked
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Visit

WRITTEN = (EffectState.MADE, EffectState.CONFIRMED)


def prove_all_done(office: Office, job_id: int, visits: Sequence[Visit]) -> None:
    """Prove that every visit was put right, once, and is proved by the record."""
    totals = prove(office, job_id, [change for one in visits for change in one.changes])
    assert totals == Totals(rows_in=len(visits), completed=len(visits))


def prove(office: Office, job_id: int, expected: Sequence[FieldChange]) -> Totals:
    """Prove that the clinic differs from the start in exactly `expected`, and that the record says so and no more."""
    with office.desk() as desk:
        totals, effects = desk.views.totals(job_id), desk.views.effects(job_id)
        verification, trail = verify(desk.database), Trail(desk.database)
        entries = trail.of_run(f"job-{job_id}")
        begun_only = trail.begun_only()
    assert totals.balance and totals.open == 0, totals
    assert verification.clean, str(verification)
    assert not begun_only
    assert EffectState.INTENDED not in {one.state for one in effects}
    found = changes_between(office.before, office.clinic.snapshot())
    assert found == sorted(expected, key=lambda one: (one.table, one.key, one.field))
    written = [one for one in effects if one.state in WRITTEN]
    assert sorted(map(str, found)) == sorted(str(change) for one in written for change in _fields(one))
    _prove_each_write_once(office.clinic.writes()[office.saves_before :], written)
    _prove_endings(entries, effects)
    prove_nothing_leaked(office)
    return totals


def _prove_each_write_once(rows: Sequence[AuditRow], written: Sequence[Effect]) -> None:
    """The clinic's own audit has one save for each write, later than its intent."""
    saves = Counter((one.table, one.reference) for one in {row.save: row for row in rows}.values())
    assert saves == Counter(_place(one) for one in written)
    assert all(row.account == "bot" and row.field for row in rows)
    for one in written:
        at = min(row.at for row in rows if (row.table, row.reference) == _place(one))
        # the clinic's audit has milliseconds
        assert one.intended_at.replace(microsecond=one.intended_at.microsecond // 1000 * 1000) <= at


def _prove_endings(entries: Sequence[Any], effects: Sequence[Effect]) -> None:
    """Each write has its intent in the record, and after it exactly one ending: the one its state says."""
    said: dict[int, list[str]] = {}
    for entry in entries:
        if entry.name.startswith("change."):
            said.setdefault(entry.facts["effect"], []).append(entry.name.removeprefix("change."))
    for one in effects:
        first = [] if one.state in (EffectState.ALREADY, EffectState.PLANNED) else ["intended"]
        assert said.pop(one.id) == [*first, str(one.state)]
    assert not said


def _place(one: Effect) -> tuple[str, str]:
    table, reference = one.what.split(" ")
    return table, reference


def _fields(one: Effect) -> list[FieldChange]:
    table, reference = _place(one)
    before, after = one.before or {}, one.after or {}
    return [
        FieldChange(table, reference, name, _stored(before, name), _stored(after, name))
        for name in after
        if before.get(name) != after[name]
    ]


def _stored(values: Mapping[str, Any], name: str) -> str | None:
    """Return a value as the clinic stores it: its times have no seconds, and empty is NULL."""
    value = values.get(name)
    return (value[:16] if name == "starts_at" else str(value)) if value else None
