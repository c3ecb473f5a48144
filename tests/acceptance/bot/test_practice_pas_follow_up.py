"""The bot reads who is on patient-initiated follow-up, and reads and makes tasks, the same in both skins."""

from datetime import date

import pytest

from rpa.bots import PracticePas
from rpa.demo.clinic import Clinic
from rpa.exceptions import BusinessException, SystemException
from tests.acceptance.bot.conftest import Look

TEAM = "Larch, haematology"
DUE = date(2026, 12, 11)


def a_referral(look: Look, number: int) -> str:
    return str(look("SELECT referral FROM pifu ORDER BY referral LIMIT 1 OFFSET ?", str(number))[0]["referral"])


def tasks_of(look: Look, referral: str) -> int:
    return len(look("SELECT * FROM task WHERE referral = ?", referral))


def test_list_is_read_over_all_its_pages(pas: PracticePas, look: Look) -> None:
    rows = look("SELECT referral FROM pifu ORDER BY ends_on, referral")

    entries = pas.pifu_list()

    assert len(rows) > 40
    assert [entry.referral for entry in entries] == [row["referral"] for row in rows]


def test_list_may_be_of_a_team_until_a_day_and_not_reviewed(pas: PracticePas, look: Look) -> None:
    day = date.fromisoformat(look("SELECT max(ends_on) AS day FROM pifu")[0]["day"])
    rows = look("SELECT referral FROM pifu WHERE team = ? AND ends_on <= date(?, '-60 days') AND reviewed_on IS NULL",
                TEAM, day.isoformat())  # fmt: skip

    entries = pas.pifu_list(team=TEAM, ends_by=date.fromordinal(day.toordinal() - 60), reviewed=False)

    assert rows
    assert {entry.referral for entry in entries} == {row["referral"] for row in rows}


def test_pathway_is_read_whole(pas: PracticePas, look: Look) -> None:
    referral = a_referral(look, 3)
    stored = look("SELECT f.*, r.pathway, r.patient, r.status FROM pifu f JOIN referral r ON r.reference = f.referral"
                  " WHERE f.referral = ?", referral)[0]  # fmt: skip

    shown = pas.pifu(referral)

    assert (shown.team, shown.pathway, shown.status) == (stored["team"], stored["pathway"], "open")
    assert shown.ends_on == date.fromisoformat(stored["ends_on"]) and shown.patient.reference == stored["patient"]
    assert (shown.reviewed_on, shown.died_on, shown.next_appointment) == (None, None, None)


def test_task_is_made_once_with_what_was_told(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    referral, before = a_referral(look, 0), len(clinic.writes())

    pas.make_task(referral, team=TEAM, due_on=DUE, text="PIFU review due")

    (made,) = pas.tasks(referral=referral)
    assert (made.team, made.due_on, made.text, made.done_on) == (TEAM, DUE, "PIFU review due", None)
    assert pas.tasks(nhs_number=made.nhs_number, team=TEAM) == [made]
    assert pas.tasks(nhs_number=made.nhs_number, team="Maple, medical oncology") == []
    assert {(row.table, row.what) for row in clinic.writes()[before:]} == {("task", "made task")}


def test_team_that_is_not_there_is_refused_before_anything_is_sent(pas: PracticePas, look: Look) -> None:
    referral = a_referral(look, 1)

    with pytest.raises(SystemException):
        pas.make_task(referral, team="Nobody", due_on=DUE, text="PIFU review due")

    assert tasks_of(look, referral) == 0


def test_text_that_is_too_long_is_refused(pas: PracticePas, look: Look) -> None:
    referral = a_referral(look, 1)

    with pytest.raises(BusinessException) as caught:
        pas.make_task(referral, team=TEAM, due_on=DUE, text="review " * 80)

    assert caught.value.code == "REFUSED_BY_SYSTEM" and tasks_of(look, referral) == 0


def test_other_patient_on_the_form_stops_the_task(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    referral = a_referral(look, 2)
    pas.pifu(referral)
    clinic.faults.set("wrong_patient", path="/referrals/*/tasks/new")

    with pytest.raises(SystemException) as caught:
        pas.make_task(referral, team=TEAM, due_on=DUE, text="PIFU review due")

    assert caught.value.code == "WRONG_PATIENT" and tasks_of(look, referral) == 0


def test_page_that_is_not_the_list_is_never_an_empty_list(pas: PracticePas, clinic: Clinic) -> None:
    pas.tasks()
    clinic.faults.set("error_500", path="/tasks")

    with pytest.raises(SystemException):
        pas.tasks(referral="R300000")


def test_referral_that_is_not_on_follow_up_has_no_pathway(pas: PracticePas) -> None:
    with pytest.raises(BusinessException) as caught:
        pas.pifu("R999999")

    assert caught.value.code == "NO_SUCH_RECORD"
