"""A job that is reversed leaves the clinic as it was, field by field, in both skins and for both workflows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.demo.extracts import make_extracts
from rpa.demo.lingering import make_lingering_list
from rpa.exceptions import UsageError
from rpa.results import write_results
from rpa.states import RowEnd
from tests.acceptance.reverse.conftest import Stage, Tables

DISCHARGE, RECONCILE = "discharge_lingering_referrals", "reconcile_appointments"
BOOK = (
    "INSERT INTO appointment SELECT 'A999999', '000000999999', ?, code, '2099-01-05T09:00', '1', '0', NULL, NULL, NULL"
    " FROM clinic LIMIT 1"
)
TAKE_OUT = "DELETE FROM appointment WHERE reference = 'A999999'"


@pytest.fixture
def before(stage: Stage) -> Iterator[Tables]:
    yield (found := stage.tables())
    assert stage.tables() == found, "a test left the clinic as it did not find it"


def lingering(stage: Stage) -> Path:
    return make_lingering_list(stage.clinic.database, stage.folder, today=day_of(stage))


def day_of(stage: Stage) -> date:
    return date.fromisoformat(next(value for name, value in stage.tables()["meta"] if name == "today"))


def test_referrals_are_discharged_as_the_rules_say_and_all_of_it_is_put_back(stage: Stage, before: Tables) -> None:
    plan = stage.plan(DISCHARGE, lingering(stage))
    planned, unchanged = stage.endings(plan), stage.tables()

    canary, rest = stage.apply(plan)

    discharged = {row["pathway"]: row["status"] for row in stage.clinic.snapshot()["referral"].values()}
    back = [job for done in (rest, canary) for job in stage.reverse(done)]
    assert unchanged == before
    assert list(planned.values()) == [
        *["discharged"] * 6,
        "RECENT_ACTIVITY",
        "VISIT_NOT_CLOSED",
        "CANCER_PATHWAY",
        "CANCER_PATHWAY",
        "was discharged already",
        "FUTURE_APPOINTMENT",
        "ON_WAITING_LIST",
        "ON_PIFU",
        "NO_PATIENT",
        "NO_REFERRAL",
    ]
    assert len([row for row in stage.desk.views.rows(plan) if row.ended == RowEnd.REJECTED]) == 2
    assert [discharged[f"RENL{number:02d}"] for number in range(1, 8)] == ["discharged"] * 6 + ["open"]
    assert {outcome for job in back for outcome in stage.endings(job).values()} == {
        f"as it was before job {canary}",
        f"as it was before job {rest}",
    }
    assert stage.tables() == before
    assert verify(stage.desk.database).clean


def test_what_was_booked_after_the_approval_is_not_discharged(stage: Stage, before: Tables) -> None:
    plan = stage.plan(DISCHARGE, lingering(stage))
    stage.change(BOOK, "R390001")

    job = stage.apply_first(plan)

    stage.change(TAKE_OUT)
    assert list(stage.endings(job).values()) == ["FUTURE_APPOINTMENT", *["discharged"] * 4]
    stage.reverse(job)


def test_appointments_that_were_moved_and_cancelled_are_put_back(stage: Stage, tmp_path: Path) -> None:
    extracts = make_extracts(stage.clinic.database, stage.folder / "extracts", today=day_of(stage))
    before = stage.tables()
    plan = stage.plan(RECONCILE, extracts.ers, extracts.pas)

    (job,) = stage.apply(plan)

    changed = stage.tables() != before
    (back,) = stage.reverse(job)
    written = {frozenset(one.after or {}) for one in stage.desk.views.effects(back)}
    workbook = write_results(stage.desk, back, tmp_path / "results.xlsx")
    with pytest.raises(UsageError, match=f"tells of what put job {job} back"):
        stage.plan(RECONCILE, workbook)
    assert changed
    assert written == {frozenset({"starts_at"}), frozenset({"attendance_code", "cancelled_on", "cancel_reason"})}
    assert stage.tables() == before
