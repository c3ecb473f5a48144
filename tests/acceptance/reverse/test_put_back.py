"""A job that is reversed leaves the clinic as it was, field by field, in both skins and for both workflows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.demo.extracts import make_extracts
from tests.acceptance.reverse.conftest import Stage, Tables

DISCHARGE, RECONCILE = "discharge_lingering_referrals", "reconcile_appointments"
HEADINGS = "Referral,NHS number,Date of birth,Reason"
BOOK = (
    "INSERT INTO appointment SELECT 'A999999', '000000999999', ?, code, '2099-01-05T09:00', '1', '0', NULL, NULL, NULL"
    " FROM clinic LIMIT 1"
)
TAKE_OUT = "DELETE FROM appointment WHERE reference = 'A999999'"


@pytest.fixture
def before(stage: Stage) -> Iterator[Tables]:
    yield (found := stage.tables())
    assert stage.tables() == found, "a test left the clinic as it did not find it"


def lingering(stage: Stage, *pathways: str) -> Path:
    """Write the list of these pathways; if none is named of all that linger or seem to, one booked, one that waits."""
    tables, today = stage.clinic.snapshot(), day_of(stage).isoformat()
    visits = [one for one in tables["appointment"].values() if one["attendance_code"] == "0"]
    booked = next(one["referral"] for one in visits if str(one["starts_at"]) > today)
    waits = next(w["referral"] for w in tables["waiting_list"].values() if not w["removed_on"])
    lines = [HEADINGS]
    for reference, referral in tables["referral"].items():
        pathway, patient = str(referral["pathway"]), tables["patient"][str(referral["patient"])]
        if pathway in pathways or (not pathways and (pathway.startswith("RENL") or reference in (booked, waits))):
            lines.append(f"{pathway},{patient['nhs_number']},{patient['date_of_birth']},No contact for over a year")
    path = stage.folder / "lingering.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def day_of(stage: Stage) -> date:
    return date.fromisoformat(next(value for name, value in stage.tables()["meta"] if name == "today"))


def test_referrals_are_discharged_as_the_rules_say_and_all_of_it_is_put_back(stage: Stage, before: Tables) -> None:
    plan = stage.plan(DISCHARGE, lingering(stage))
    planned, unchanged = stage.endings(plan), stage.tables()

    canary, rest = stage.apply(plan)

    discharged = {row["pathway"]: row["status"] for row in stage.clinic.snapshot()["referral"].values()}
    back = [job for done in (rest, canary) for job in stage.reverse(done)]
    assert unchanged == before
    assert {key: planned[key] for key in sorted(planned) if key.startswith("RENL")} == {
        **{f"RENL0{number}": "discharged" for number in range(1, 7)},
        "RENL07": "RECENT_ACTIVITY",
        "RENL08": "VISIT_NOT_CLOSED",
        "RENL09": "CANCER_PATHWAY",
        "RENL10": "CANCER_PATHWAY",
        "RENL11": "was discharged already",
    }
    assert {"FUTURE_APPOINTMENT", "ON_WAITING_LIST"} < set(planned.values())
    assert [discharged[f"RENL{number:02d}"] for number in range(1, 8)] == ["discharged"] * 6 + ["open"]
    assert {outcome for job in back for outcome in stage.endings(job).values()} == {
        f"as it was before job {canary}",
        f"as it was before job {rest}",
    }
    assert stage.tables() == before
    assert verify(stage.desk.database).clean


def test_what_was_booked_after_the_approval_is_not_discharged(stage: Stage, before: Tables) -> None:
    plan = stage.plan(DISCHARGE, lingering(stage, "RENL01", "RENL02"))
    referral = next(key for key, row in stage.clinic.snapshot()["referral"].items() if row["pathway"] == "RENL01")
    stage.change(BOOK, referral)

    (job,) = stage.apply(plan)

    stage.change(TAKE_OUT)
    assert stage.endings(job) == {"RENL01": "FUTURE_APPOINTMENT", "RENL02": "discharged"}
    stage.reverse(job)


def test_appointments_that_were_moved_and_cancelled_are_put_back(stage: Stage) -> None:
    extracts = make_extracts(stage.clinic.database, stage.folder / "extracts", today=day_of(stage))
    before = stage.tables()
    plan = stage.plan(RECONCILE, extracts.ers, extracts.pas)

    (job,) = stage.apply(plan)

    changed = stage.tables() != before
    (back,) = stage.reverse(job)
    written = {frozenset(one.after or {}) for one in stage.desk.views.effects(back)}
    assert changed
    assert written == {frozenset({"starts_at"}), frozenset({"attendance_code", "cancelled_on", "cancel_reason"})}
    assert stage.tables() == before
