"""The bot does over FHIR what the other does on the screen, and is never surer of a write than its read-back."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from rpa.bots import PracticeFhir
from rpa.demo.clinic import Clinic
from rpa.exceptions import BusinessException, Conflict, SystemException
from tests.integration.fhir.conftest import Visits, bot_of, free_time, now, saves

TODAY = date.today()  # noqa: DTZ011 - the day the clinic was seeded for


def test_appointment_is_found_by_its_ubrn_as_the_clinic_has_it(
    bot: PracticeFhir, clinic: Clinic, visits: Visits
) -> None:
    visit = visits()
    data = clinic.snapshot()
    referral = data["referral"][visit["referral"]]
    patient = data["patient"][str(referral["patient"])]

    found = bot.appointment(visit["ubrn"])

    assert found is not None
    assert (found.reference, found.ubrn, found.attendance_code) == (visit["reference"], visit["ubrn"], "0")
    assert found.starts_at.isoformat("T", "minutes") == visit["starts_at"]
    assert (found.pathway, found.specialty, found.priority) == tuple(
        referral[name] for name in ("pathway", "specialty", "priority")
    )
    assert str(found.referral_date) == referral["received_on"]
    assert found.clinic == data["clinic"][visit["clinic"]]["name"]
    assert (found.patient.reference, found.patient.nhs_number, str(found.patient.date_of_birth)) == tuple(
        patient[name] for name in ("reference", "nhs_number", "date_of_birth")
    )


def test_every_appointment_reads_as_the_clinics_database_has_it(bot: PracticeFhir, clinic: Clinic) -> None:
    rows = clinic.snapshot()["appointment"].values()
    by_code = {str(row["attendance_code"]): row for row in rows}

    for code, row in by_code.items():
        found = bot.appointment_at(str(row["reference"]))

        assert (found.attendance_code, found.outcome_code) == (code, row["outcome_code"])
        assert (str(found.cancelled_on), found.cancel_reason) == (str(row["cancelled_on"]), row["cancel_reason"] or "")
    assert len(by_code) == 7


def test_ubrn_that_nobody_has_is_none_and_one_that_two_have_is_for_a_person(bot: PracticeFhir, clinic: Clinic) -> None:
    ubrns = [str(row["ubrn"]) for row in clinic.snapshot()["appointment"].values()]
    twice = next(one for one in ubrns if ubrns.count(one) > 1)

    assert bot.appointment("000000000000") is None
    with pytest.raises(BusinessException, match="DUPLICATE_UBRN"):
        bot.appointment(twice)


def test_appointment_is_moved_and_nothing_else_of_it_is_changed(
    bot: PracticeFhir, clinic: Clinic, visits: Visits
) -> None:
    visit = visits()
    when = free_time(clinic, visit)

    bot.move_appointment(visit["reference"], when=when)

    assert now(clinic, visit) == {**visit, "starts_at": when.isoformat("T", "minutes")}
    assert saves(clinic, visit) == 1
    assert bot.appointment_at(visit["reference"]).starts_at == when


@pytest.mark.parametrize("code", ["2", "4"])
def test_appointment_is_cancelled_by_whom_it_was(bot: PracticeFhir, clinic: Clinic, visits: Visits, code: str) -> None:
    visit = visits()
    yesterday = TODAY - timedelta(days=1)

    bot.cancel_appointment(visit["reference"], code=code, cancelled_on=yesterday, reason="Cancelled in e-RS")

    after = bot.appointment_at(visit["reference"])
    assert (after.attendance_code, after.cancelled_on, after.cancel_reason) == (code, yesterday, "Cancelled in e-RS")
    assert now(clinic, visit)["attendance_code"] == code


def test_cancellation_that_is_taken_back_leaves_the_record_as_it_was(
    bot: PracticeFhir, clinic: Clinic, visits: Visits
) -> None:
    visit = visits()
    if visit["starts_at"].endswith("T00:00"):  # the one at midnight is at no time the clinic has
        visit = visits()
    bot.cancel_appointment(visit["reference"], code="2", cancelled_on=TODAY, reason="By mistake")

    bot.reinstate_appointment(visit["reference"], reason="The cancellation was taken back")

    assert (now(clinic, visit), saves(clinic, visit)) == (visit, 2)


def test_cancelled_appointment_is_neither_moved_nor_brought_back_without_a_reason(
    bot: PracticeFhir, clinic: Clinic, visits: Visits
) -> None:
    visit = visits()
    bot.cancel_appointment(visit["reference"], code="2", cancelled_on=TODAY, reason="By mistake")
    cancelled = now(clinic, visit)

    with pytest.raises(BusinessException, match="REFUSED_BY_SYSTEM"):
        bot.move_appointment(visit["reference"], when=free_time(clinic, visit))
    with pytest.raises(BusinessException, match="REFUSED_BY_SYSTEM"):
        bot.reinstate_appointment(visit["reference"], reason="")

    assert now(clinic, visit) == cancelled


def test_what_the_clinic_does_not_take_is_for_a_person(bot: PracticeFhir, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    sunday = free_time(clinic, visit) + timedelta(days=6 - free_time(clinic, visit).weekday())

    with pytest.raises(BusinessException, match="REFUSED_BY_SYSTEM"):
        bot.move_appointment(visit["reference"], when=sunday)

    assert saves(clinic, visit) == 0


def test_write_over_what_somebody_changed_since_it_was_read_is_a_conflict(
    bot: PracticeFhir, clinic: Clinic, visits: Visits
) -> None:
    visit = visits()
    bot.appointment_at(visit["reference"])
    other = bot_of(clinic, clinic.password)
    other.cancel_appointment(visit["reference"], code="4", cancelled_on=TODAY, reason="Clinic cancelled")

    with pytest.raises(Conflict):
        bot.move_appointment(visit["reference"], when=free_time(clinic, visit))

    assert saves(clinic, visit) == 1
    other.close()


def test_another_patient_than_the_one_meant_stops_the_bot(bot: PracticeFhir, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    clinic.faults.set("wrong_patient", path="/fhir/Patient/*")

    with pytest.raises(SystemException) as caught:
        bot.move_appointment(visit["reference"], when=free_time(clinic, visit))

    assert (caught.value.code, caught.value.system) == ("WRONG_PATIENT", "practice-pas")
    assert saves(clinic, visit) == 0


@pytest.mark.parametrize("fault", ["expired_session", "sign_in_page"])
def test_token_that_ended_is_renewed_and_nothing_is_lost(
    bot: PracticeFhir, clinic: Clinic, visits: Visits, fault: str
) -> None:
    visit = visits()
    clinic.faults.set(fault, path="/fhir/Appointment/*", times=1)

    assert bot.appointment_at(visit["reference"]).ubrn == visit["ubrn"]


def test_passing_trouble_is_outlasted_by_reading(bot: PracticeFhir, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    for fault in ("error_503", "reset_before"):
        clinic.faults.set(fault, path="/fhir/Appointment/*", times=1)

    assert bot.appointment_at(visit["reference"]).ubrn == visit["ubrn"]


def test_wrong_secret_is_tried_once_and_never_again(clinic: Clinic, visits: Visits) -> None:
    clinic.faults.set("slow", path="/fhir/token", method="POST", seconds=0)
    wrong = bot_of(clinic, "wrong")

    for _ in range(3):
        with pytest.raises(SystemException) as caught:
            wrong.appointment("000000000000")
        assert caught.value.code == "SIGN_IN_REFUSED"

    assert clinic.faults.counts()[0]["met"] == 1
    wrong.close()


def test_server_is_looked_at_without_a_sign_in(bot: PracticeFhir, clinic: Clinic) -> None:
    clinic.faults.set("slow", path="/fhir/token", method="POST", seconds=0)
    bot.probe()
    asked = clinic.faults.counts()[0]["met"]
    clinic.faults.clear()
    clinic.faults.set("error_500", path="/fhir/metadata")

    with pytest.raises(SystemException) as caught:
        bot.probe()

    assert (asked, caught.value.code) == (0, "HTTP_500")


def test_what_was_asked_can_be_kept_without_the_sign_in(bot: PracticeFhir, clinic: Clinic, visits: Visits) -> None:
    bot.record()
    bot.appointment(visits()["ubrn"])

    (piece,) = bot.recorded()

    kept = zipfile.ZipFile(io.BytesIO(piece)).read("exchanges.jsonl").decode()
    assert kept.count("\n") == 4  # is it well, which appointment, the appointment, the patient
    assert "/fhir/Appointment?" in kept
    assert "/fhir/token" not in kept
    assert clinic.password not in kept
    assert "Bearer" not in kept
    assert (bot.recorded(), bot.picture()) == ([], None)
