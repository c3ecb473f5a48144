"""The invariants I1 to I8: what must be true of clinic, record and files after every run, whatever happened in between.

I1 no item is lost, totals balance. I2 no write is made twice. I3 each write has an intent committed before it. I4 each
intent has an ending. I5 the record verifies. I6 no personal data stands where many may look. I7 only who holds an item
writes for it. I8 a workbook, like any other file, is whole.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from python_calamine import CalamineWorkbook

from rpa.audit import Trail
from rpa.audit.halves import verify_large
from rpa.audit.trail import Entry
from rpa.demo.clinic import AuditRow, FieldChange, changes_between
from rpa.desk import Desk
from rpa.models import Effect, Totals
from rpa.results import write_results
from rpa.sealing import known_of
from rpa.states import EffectState, JobState
from tests.acceptance.survival.canaries import prove_nothing_leaked
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Visit
from tests.acceptance.survival.recorded import (
    entries,
    fields_of,
    fields_written,
    place_of,
    said_of_effects,
    sentences,
)

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
        rows, told = office.clinic.writes()[office.saves_before :], entries(desk, job_id)
        _i1_nothing_is_lost(desk, job_id, told, totals)
        _i2_nothing_is_done_twice(effects, rows, told)
        assert found == sorted(expected, key=lambda one: (one.table, one.key, one.field))
        assert Counter(found) == Counter(fields_written(told))
        _i3_intent_comes_first(effects, told, rows if one_clock else [])
        _i4_each_intent_has_an_ending(desk, effects, told)
        _i5_record_verifies(desk)
        _i7_only_the_holder_writes(desk, job_id, effects, rows if one_clock else [])
        _i8_files_are_whole(office, desk, job_id, totals)
    prove_nothing_leaked(office)  # I6
    return totals


def _i1_nothing_is_lost(desk: Desk, job_id: int, told: Sequence[Entry], totals: Totals) -> None:
    """Every row is in exactly one place, none is open, and the record's last word on the job are the same totals."""
    assert totals.balance and totals.open == 0, totals
    assert desk.views.job(job_id).state == JobState.COMPLETED
    assert [one.facts for one in told if one.name == "job.completed"][-1] == totals.as_dict() | totals.parts


def _i2_nothing_is_done_twice(effects: Sequence[Effect], rows: Sequence[AuditRow], told: Sequence[Entry]) -> None:
    """The clinic's own audit and the record tell of the same fields, from what to what, each as often as the other."""
    saved = Counter(FieldChange(row.table, row.reference, row.field, row.before, row.after) for row in rows)
    assert saved == Counter(fields_written(told))
    written = [one for one in effects if one.state in WRITTEN]
    assert saved == Counter(change for one in written for change in fields_of(one))
    saves = Counter((one.table, one.reference) for one in {row.save: row for row in rows}.values())
    assert saves == Counter(place_of(one.what) for one in written)
    assert all(row.account == "bot" and row.field for row in rows)


def _i3_intent_comes_first(effects: Sequence[Effect], told: Sequence[Entry], rows: Sequence[AuditRow]) -> None:
    """Each write has its intent in the record, of the same values, and the clinic saved it after that."""
    said = said_of_effects(told)
    for one in effects:
        first = [] if one.state in (EffectState.ALREADY, EffectState.PLANNED) else ["intended"]
        mine = said.pop(one.id)
        assert [each.name.removeprefix("change.") for each in mine] == [*first, str(one.state)]
        if one.state in WRITTEN:
            intended, ended = (each.payload or {} for each in mine)
            assert ended == {**intended, "found": intended["after"]}
            assert intended == {"what": one.what, "before": one.before, "after": one.after}
    assert not said
    for one in _written_in(effects, rows):
        # the clinic's audit has milliseconds
        began = one.intended_at.replace(microsecond=one.intended_at.microsecond // 1000 * 1000)
        assert began <= min(row.at for row in rows if (row.table, row.reference) == place_of(one.what))


def _i4_each_intent_has_an_ending(desk: Desk, effects: Sequence[Effect], told: Sequence[Entry]) -> None:
    assert EffectState.INTENDED not in {one.state for one in effects}
    assert not Trail(desk.database).begun_only()
    assert all(said[-1].name != "change.intended" for said in said_of_effects(told).values())


def _i5_record_verifies(desk: Desk) -> None:
    """The chains are whole, each entry is as it was sealed, each seal is signed, and every copy of one fits."""
    against = known_of(desk.settings)
    assert against.keys and against.anchors
    verification = verify_large(desk.database, against=against)
    assert verification.clean, str(verification)
    assert verification.seals is not None and verification.seals.last is not None, "nothing was ever sealed"
    assert verification.seals.anchored > (0, 0), "no seal was ever copied"


def _i7_only_the_holder_writes(desk: Desk, job_id: int, effects: Sequence[Effect], rows: Sequence[AuditRow]) -> None:
    """What is said of an item's writes is said by the process that holds it then; no save comes after the ending."""
    holders: dict[int, str] = {}
    for one in sentences(desk, job_id):
        if one.name == "item.claimed":
            assert one.item not in holders, f"item {one.item} was claimed while another held it"
            holders[one.item] = one.worker
        elif one.name in _GIVEN_UP:
            holders.pop(one.item, None)
        elif one.name.startswith(("change.", "step.")) and not one.name.endswith(".in_doubt"):
            # a step that no write has kept is told of beside the ending, in the same transaction
            assert holders.get(one.item) == one.worker, f"{one.name} of item {one.item} by a process without it"
    assert not holders
    for each in _written_in(effects, rows):
        assert each.ended_at is not None
        assert max(row.at for row in rows if (row.table, row.reference) == place_of(each.what)) <= each.ended_at


def _i8_files_are_whole(office: Office, desk: Desk, job_id: int, totals: Totals) -> None:
    for _ in range(2):  # the second time it takes the place of one that is there
        written = write_results(desk, job_id, office.places / f"results-{job_id}.xlsx")
    book = CalamineWorkbook.from_path(str(written))
    lengths = [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    assert max(lengths) > 0 and (len(lengths) > 1 or lengths[0] == totals.rows_in + 1)
    for page in (office.folder / "runs").glob("*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    for kept in (office.folder / "evidence").glob("*/*"):
        # whoever is killed while writing leaves a part, which never takes the name of the whole
        assert kept.suffix in (".part", ".sealed")
    for one in desk.evidence.of_job(job_id):
        assert sha256(desk.evidence.read(one.digest)).hexdigest() == one.digest


def _written_in(effects: Sequence[Effect], rows: Sequence[AuditRow]) -> list[Effect]:
    return [one for one in effects if one.state in WRITTEN] if rows else []
