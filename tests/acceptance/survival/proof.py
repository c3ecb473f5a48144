"""The invariants I1 to I8: what must be true of clinic, record and files after every run, whatever happened in between.

I1 no item is lost, totals balance. I2 no write is made twice. I3 each write has an intent committed before it. I4 each
intent has an ending. I5 the record verifies. I6 no personal data stands where many may look. I7 only who holds an item
writes for it. I8 a workbook is whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from rpa.audit import Trail, verify
from rpa.db.tables import event
from rpa.demo.clinic import AuditRow, FieldChange, changes_between
from rpa.desk import Desk
from rpa.models import Effect, Totals
from rpa.results import write_results
from rpa.states import EffectState
from tests.acceptance.survival.canaries import prove_nothing_leaked
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Visit

WRITTEN = (EffectState.MADE, EffectState.CONFIRMED)
_GIVEN_UP = ("item.rescued", "item.deferred", "item.completed", "item.failed", "item.retry_planned")


def prove_all_done(office: Office, job_id: int, visits: Sequence[Visit], *, one_clock: bool = True) -> None:
    """Prove that every visit was put right, once, and is proved by the record."""
    totals = prove(office, job_id, [change for one in visits for change in one.changes], one_clock=one_clock)
    assert totals == Totals(rows_in=len(visits), completed=len(visits))


def prove(office: Office, job_id: int, expected: Sequence[FieldChange], *, one_clock: bool = True) -> Totals:
    """Prove all eight, and that the clinic differs from the start in exactly `expected`.

    With `one_clock` the clinic's times are held against those of the record; where clocks jumped there is only the
    record's own order.
    """
    found = changes_between(office.before, office.clinic.snapshot())
    with office.desk() as desk:
        totals, effects = desk.views.totals(job_id), desk.views.effects(job_id)
        rows = office.clinic.writes()[office.saves_before :]
        _i1_nothing_is_lost(totals)
        _i2_nothing_is_done_twice(effects, rows, found, expected)
        _i3_intent_comes_first(desk, job_id, effects, rows if one_clock else [])
        _i4_each_intent_has_an_ending(desk, job_id, effects)
        _i5_record_verifies(desk)
        _i7_only_the_holder_writes(desk, job_id, effects, rows if one_clock else [])
        _i8_workbook_is_whole(office, desk, job_id, totals)
    _i6_nothing_personal_leaks(office)
    return totals


def _i1_nothing_is_lost(totals: Totals) -> None:
    assert totals.balance and totals.open == 0, totals


def _i2_nothing_is_done_twice(effects: Sequence[Effect], rows: Sequence[AuditRow], found: Sequence[FieldChange],
                              expected: Sequence[FieldChange]) -> None:  # fmt: skip
    """The clinic's own audit has one save for each write, and the clinic differs in what was written and no more."""
    assert found == sorted(expected, key=lambda one: (one.table, one.key, one.field))
    written = [one for one in effects if one.state in WRITTEN]
    assert sorted(map(str, found)) == sorted(str(change) for one in written for change in _fields(one))
    saves = Counter((one.table, one.reference) for one in {row.save: row for row in rows}.values())
    assert saves == Counter(_place(one) for one in written)
    assert all(row.account == "bot" and row.field for row in rows)


def _i3_intent_comes_first(desk: Desk, job_id: int, effects: Sequence[Effect], rows: Sequence[AuditRow]) -> None:
    """Each write has its intent in the record before its ending, and the clinic saved it after that."""
    said = _said_of_effects(desk, job_id)
    for one in effects:
        first = [] if one.state in (EffectState.ALREADY, EffectState.PLANNED) else ["intended"]
        assert said.pop(one.id) == [*first, str(one.state)]
    assert not said
    for one in _written_in(effects, rows):
        # the clinic's audit has milliseconds
        intended = one.intended_at.replace(microsecond=one.intended_at.microsecond // 1000 * 1000)
        assert intended <= min(row.at for row in rows if (row.table, row.reference) == _place(one))


def _i4_each_intent_has_an_ending(desk: Desk, job_id: int, effects: Sequence[Effect]) -> None:
    assert EffectState.INTENDED not in {one.state for one in effects}
    assert not Trail(desk.database).begun_only()
    assert all(names[-1] != "intended" for names in _said_of_effects(desk, job_id).values())


def _i5_record_verifies(desk: Desk) -> None:
    verification = verify(desk.database)
    assert verification.clean, str(verification)


def _i6_nothing_personal_leaks(office: Office) -> None:
    prove_nothing_leaked(office)


def _i7_only_the_holder_writes(desk: Desk, job_id: int, effects: Sequence[Effect], rows: Sequence[AuditRow]) -> None:
    """What is said of an item's writes is said by the process that holds it then; no save comes after the ending."""
    holders: dict[int, str] = {}
    for body in _bodies(desk, job_id):
        name, who, item = body["name"], body["origin"]["worker"], body.get("item")
        if name == "item.claimed":
            assert item not in holders, f"item {item} was claimed while another held it"
            holders[item] = who
        elif name in _GIVEN_UP:
            holders.pop(item, None)
        elif name.startswith(("change.", "step.")) and not name.endswith(".in_doubt"):
            # a step that no write has kept is told of beside the ending, in the same transaction
            assert holders.get(item) == who, f"{name} of item {item} by a process that did not hold it"
    for one in _written_in(effects, rows):
        assert one.ended_at is not None
        assert max(row.at for row in rows if (row.table, row.reference) == _place(one)) <= one.ended_at


def _i8_workbook_is_whole(office: Office, desk: Desk, job_id: int, totals: Totals) -> None:
    for _ in range(2):  # the second time it takes the place of one that is there
        written = write_results(desk, job_id, office.places / f"results-{job_id}.xlsx")
    book = CalamineWorkbook.from_path(str(written))
    lengths = [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    assert max(lengths) > 0 and (len(lengths) > 1 or lengths[0] == totals.rows_in + 1)
    left = [path.name for path in office.folder.rglob("*") if path.suffix in (".tmp", ".part")]
    assert not left
    for page in (office.folder / "runs").glob("*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")


def _said_of_effects(desk: Desk, job_id: int) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for body in _bodies(desk, job_id):
        if body["name"].startswith("change."):
            said.setdefault(body["facts"]["effect"], []).append(body["name"].removeprefix("change."))
    return said


def _bodies(desk: Desk, job_id: int) -> list[dict[str, Any]]:
    of_job = select(event.c.body).where(event.c.run == f"job-{job_id}").order_by(event.c.seq)
    with desk.database.reading() as connection:
        return [orjson.loads(bytes(body)) for body in connection.execute(of_job).scalars()]


def _written_in(effects: Sequence[Effect], rows: Sequence[AuditRow]) -> list[Effect]:
    return [one for one in effects if one.state in WRITTEN] if rows else []


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
