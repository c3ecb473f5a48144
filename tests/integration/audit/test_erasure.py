"""Erasure: the record verifies without what was erased by rule, and shows what was taken out without one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from rpa.audit import Event, Pseudonyms, Trail
from rpa.audit.erased import ERASED, Payloads, merged
from rpa.db.tables import checkpoint, effect, item, payload
from rpa.erasure import Eraser
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind, Ending, KeptStep, NewItem, RowRef, Write
from rpa.states import EffectState, Failure, ItemState
from tests.integration.audit.conftest import Attacker, Sealed
from tests.integration.conftest import PERSON
from tests.integration.deciding import decided

NUMBER, OTHER = "9434765919", "9876543210"
DECISION = decided()


@pytest.fixture
def eraser(sealed: Sealed) -> Eraser:
    return Eraser(sealed.bench.database, sealed.bench.journals.record, Pseudonyms(b"k" * 32))


def work(sealed: Sealed, *numbers: str) -> int:
    """Do a job whose items keep a step, write, and have a traceback."""
    rows = [
        NewItem(number, {"nhs_number": number}, [RowRef("list", "S", row)]) for row, number in enumerate(numbers, 2)
    ]
    job_id = sealed.bench.submit_items(rows)
    for _ in numbers:
        claim = sealed.bench.claim()
        journal = sealed.bench.journal(claim)
        journal.keep_step(KeptStep("look up", 1, {"result": claim.key}, 1.0))
        intent = journal.intend(Write("change", f"phone of {claim.key}", {"of": claim.key}, {"of": claim.key}))
        journal.end(intent, EffectState.MADE, found={"of": claim.key})
        sealed.bench.finish(claim, Ending(ItemState.COMPLETED, outcome="moved", detail=f"Traceback {claim.key}"))
    return job_id


def items_of(sealed: Sealed, number: str) -> list[int]:
    return sealed.bench.views.items_of_subject(Pseudonyms(b"k" * 32).of(number))


def everything(sealed: Sealed) -> str:
    """Return all that the database holds of patients."""
    with sealed.bench.database.reading() as connection:
        held = [connection.execute(select(one)).all() for one in (payload, item, effect, checkpoint)]
    return str(held)


def test_patient_is_erased_everywhere_and_the_record_verifies(sealed: Sealed, eraser: Eraser) -> None:
    job_id = work(sealed, NUMBER, OTHER)
    before = sealed.bench.views.totals(job_id)
    sealed.seal()

    erased = eraser.patient(items_of(sealed, NUMBER), DECISION)

    sealed.seal()
    held = everything(sealed)
    assert (erased.payloads, erased.items) == (4, 1)
    assert sealed.verify().clean
    assert NUMBER not in held and OTHER in held
    assert sealed.bench.views.totals(job_id) == before
    assert [one.outcome for one in sealed.bench.views.items(job_id)] == ["moved", "moved"]


def test_file_of_the_database_holds_nothing_of_an_erased_patient(sealed: Sealed, eraser: Eraser) -> None:
    work(sealed, NUMBER, OTHER)

    eraser.patient(items_of(sealed, NUMBER), DECISION)

    if sealed.bench.database.kind == "sqlite":
        path = str(sealed.bench.database.engine.url.database)
        found = [name for name in (path, f"{path}-wal") for text in (NUMBER,) if text.encode() in _bytes(name)]
        assert found == []
    assert NUMBER not in everything(sealed)


def test_who_decided_and_why_is_recorded_with_what_was_erased(sealed: Sealed, eraser: Eraser) -> None:
    job_id = work(sealed, NUMBER)

    eraser.patient(items_of(sealed, NUMBER), DECISION)

    (told,) = Trail(sealed.bench.database).of_run(f"job-{job_id}", names=[ERASED])
    gone = [one.seq for one in Trail(sealed.bench.database).of_run(f"job-{job_id}") if one.name.startswith("change.")]
    assert (told.actor, told.facts["basis"], told.facts["approved_by"]) == (PERSON, DECISION.basis, "B. Guardian")
    assert all(any(first <= seq <= last for first, last in told.facts["entries"]) for seq in gone)
    assert NUMBER not in str(told)


def test_other_patients_rows_of_the_same_sheet_are_kept(sealed: Sealed, eraser: Eraser) -> None:
    work(sealed, NUMBER, OTHER)

    eraser.patient(items_of(sealed, NUMBER), DECISION)

    (kept,) = [
        one for one in Trail(sealed.bench.database).of_items(items_of(sealed, OTHER)) if one.name == "items.kept"
    ]
    assert [one["row"] for one in (kept.payload or {})["items"]] == [{"nhs_number": OTHER}]
    eraser.patient(items_of(sealed, OTHER), DECISION)
    assert sealed.verify().clean
    assert OTHER not in everything(sealed)


@pytest.mark.parametrize("state", [ItemState.PENDING, ItemState.RUNNING, ItemState.FAILED])
def test_patient_with_an_unfinished_item_is_refused(sealed: Sealed, eraser: Eraser, state: ItemState) -> None:
    sealed.bench.submit(NUMBER)
    if state is not ItemState.PENDING:
        claim = sealed.bench.claim()
    if state is ItemState.FAILED:
        sealed.bench.finish(claim, Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH"))
    before = everything(sealed)

    with pytest.raises(UsageError, match=f"is {state}, expected completed or cancelled"):
        eraser.patient(items_of(sealed, NUMBER), DECISION)

    assert everything(sealed) == before


def test_payload_deleted_without_an_erasure_is_found(sealed: Sealed, eraser: Eraser, attacker: Attacker) -> None:
    job_id = work(sealed, NUMBER, OTHER)
    eraser.patient(items_of(sealed, NUMBER), DECISION)
    sealed.seal()
    with sealed.bench.database.reading() as connection:
        seq = connection.execute(select(payload.c.seq).where(payload.c.run == f"job-{job_id}")).scalars().first()

    attacker.do(delete(payload).where(payload.c.run == f"job-{job_id}", payload.c.seq == seq))

    assert str(sealed.verify().findings[0]) == (
        f"Entry {seq} of job {job_id} has lost its payload, and no erasure is recorded"
    )


def test_payload_that_comes_back_after_its_erasure_is_found(sealed: Sealed, eraser: Eraser, attacker: Attacker) -> None:
    job_id = work(sealed, NUMBER)
    with sealed.bench.database.reading() as connection:
        rows = [row._asdict() for row in connection.execute(select(payload).where(payload.c.seq > 1))]
    eraser.patient(items_of(sealed, NUMBER), DECISION)

    attacker.do(insert(payload).values(**rows[0]))

    assert f"of job {job_id} has its payload again, which was erased" in str(sealed.verify())


def test_old_jobs_are_erased_and_newer_ones_kept(sealed: Sealed, eraser: Eraser) -> None:
    work(sealed, NUMBER)
    sealed.bench.clock.pass_by(days=10)
    moment = sealed.bench.clock.now()
    work(sealed, OTHER)

    erased = eraser.before(moment, DECISION)

    assert erased.items == 1 and erased.payloads >= 5
    assert NUMBER not in everything(sealed) and OTHER in everything(sealed)
    assert sealed.verify().clean


def test_old_job_with_an_item_that_needs_a_person_is_kept(sealed: Sealed, eraser: Eraser) -> None:
    sealed.bench.submit(NUMBER)
    sealed.bench.finish(sealed.bench.claim(), Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH"))
    sealed.bench.clock.pass_by(days=10)

    erased = eraser.before(sealed.bench.clock.now(), DECISION)

    assert (erased.payloads, erased.items) == (0, 0)
    assert NUMBER in everything(sealed)


def test_erasure_that_was_cut_off_is_clean_and_goes_on_when_repeated(
    sealed: Sealed, eraser: Eraser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rpa.erasure.eraser._AT_ONCE", 3)
    work(sealed, NUMBER, OTHER)
    moment = sealed.bench.clock.now() + timedelta(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(Eraser, "_erase", fails_at(2, Eraser._erase))
        with pytest.raises(KeyboardInterrupt):
            eraser.before(moment, DECISION)
    halfway, clean = everything(sealed), sealed.verify().clean

    eraser.before(moment, DECISION)

    assert clean and OTHER in halfway
    assert NUMBER not in everything(sealed) and OTHER not in everything(sealed)
    assert sealed.verify().clean
    assert eraser.before(moment, DECISION).payloads == 0


def test_who_asks_cannot_approve_it() -> None:
    with pytest.raises(UsageError, match="another person"):
        decided(by=Actor(ActorKind.PERSON, " b guardian"))


@pytest.mark.parametrize("basis", ["", "  ", f"asked for by {NUMBER}"])
def test_legal_basis_is_one_and_names_no_patient(basis: str) -> None:
    with pytest.raises(UsageError, match="legal basis"):
        decided(basis)


def test_cancelled_item_cannot_be_retried_without_its_row(sealed: Sealed, eraser: Eraser) -> None:
    sealed.bench.submit(NUMBER)
    sealed.bench.queue.cancel([1], by=PERSON, why="not wanted")
    eraser.patient([1], DECISION)

    with pytest.raises(UsageError, match="item 1 was erased"):
        sealed.bench.queue.retry([1], by=PERSON, why="wanted after all")

    assert sealed.bench.state(1) is ItemState.CANCELLED


def test_erasure_that_does_not_say_what_was_erased_is_found(sealed: Sealed) -> None:
    run = f"job-{sealed.work('a')}"
    with sealed.bench.database.transaction() as connection:
        sealed.bench.journals.record.append(connection, run, Event(ERASED, PERSON, facts={"entries": "all"}))

    assert "tells of an erasure and not of what was erased" in str(sealed.verify())


def test_traceback_is_in_the_payload_and_goes_with_it(sealed: Sealed, eraser: Eraser) -> None:
    job_id = work(sealed, NUMBER)
    (before,) = Trail(sealed.bench.database).of_run(f"job-{job_id}", names=["item.completed"])

    eraser.patient(items_of(sealed, NUMBER), DECISION)

    (after,) = Trail(sealed.bench.database).of_run(f"job-{job_id}", names=["item.completed"])
    assert before.payload == {"traceback": f"Traceback {NUMBER}"}
    assert (after.payload, after.facts) == (None, before.facts)


def test_erasure_covers_nothing_that_came_after_it() -> None:
    payloads = Payloads()
    assert payloads.erased(5, {"entries": [[1, 99]]})
    payloads.missing(4)
    payloads.missing(7)

    assert payloads.first_wrong() == (7, "has lost its payload, and no erasure is recorded")


def test_ranges_that_touch_are_one() -> None:
    assert merged([(4, 4), (1, 2), (3, 3), (8, 9), (8, 8)]) == [[1, 4], [8, 9]]


def fails_at(call: int, real: Callable[..., None]) -> Callable[..., None]:
    calls = iter(range(1, 100))

    def act(*arguments: object, **named: object) -> None:
        real(*arguments, **named)
        if next(calls) == call:
            raise KeyboardInterrupt

    return act


def _bytes(name: str) -> bytes:
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - the journal may not be there
            return file.read()
    except FileNotFoundError:
        return b""
