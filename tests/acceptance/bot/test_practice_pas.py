"""The bot reads and writes the practice clinic the same way in both skins, and checks before it writes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rpa.bots import PracticePas
from rpa.demo.clinic import Clinic
from rpa.exceptions import BusinessException, SystemException, UsageError
from tests.acceptance.bot.conftest import Look

FUTURE = (
    "SELECT a.*, r.patient FROM appointment a JOIN referral r ON r.reference = a.referral"
    " WHERE attendance_code = '0' AND date(starts_at) > date('now', '+1 day')"
    " AND (SELECT count(*) FROM appointment b WHERE b.ubrn = a.ubrn) = 1 ORDER BY a.reference LIMIT 1 OFFSET ?"
)


def a_patient(look: Look, number: int) -> dict[str, Any]:
    return look("SELECT * FROM patient ORDER BY reference LIMIT 1 OFFSET ?", str(number))[0]


def a_future_visit(look: Look, number: int) -> dict[str, Any]:
    return look(FUTURE, str(number))[0]


def stored(look: Look, visit: dict[str, Any]) -> dict[str, Any]:
    return look("SELECT * FROM appointment WHERE reference = ?", visit["reference"])[0]


def a_free_time(days: int) -> datetime:
    day = date.today() + timedelta(days=days)  # noqa: DTZ011 - the clinic is seeded for the machine's own day
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime(day.year, day.month, day.day, 8, 7)  # noqa: DTZ001 - the clinic's local time


def test_patient_is_found_by_two_identifiers(pas: PracticePas, look: Look) -> None:
    patient = a_patient(look, 0)
    born = date.fromisoformat(patient["date_of_birth"])

    found = pas.find_patient(patient["nhs_number"], born)

    assert found is not None and found.reference == patient["reference"]
    assert pas.find_patient(patient["nhs_number"], born + timedelta(days=1)) is None


def test_contact_details_are_read_as_stored(pas: PracticePas, look: Look) -> None:
    patient = a_patient(look, 1)

    details = pas.contact_details(patient["reference"])

    assert details == {name: patient[name] for name in details} and len(details) == 7


def test_saved_contact_details_change_those_fields_and_no_others(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 2)
    before = len(clinic.writes())

    pas.save_contact_details(patient["reference"], phone="0161 496 0123", preferred_contact="email")

    after = a_patient(look, 2)
    assert after == {**patient, "phone": "0161 496 0123", "preferred_contact": "email"}
    assert len({row.save for row in clinic.writes()[before:]}) == 1
    assert pas.contact_details(patient["reference"])["phone"] == "0161 496 0123"


def test_refused_value_is_a_business_exception_without_the_page_s_words(pas: PracticePas, look: Look) -> None:
    patient = a_patient(look, 3)

    with pytest.raises(BusinessException) as caught:
        pas.save_contact_details(patient["reference"], phone="call her sister")

    assert caught.value.code == "REFUSED_BY_SYSTEM" and "sister" not in str(caught.value)
    assert a_patient(look, 3) == patient


def test_appointment_is_read_whole(pas: PracticePas, look: Look) -> None:
    visit = a_future_visit(look, 0)

    found = pas.appointment(visit["ubrn"])

    assert found is not None
    assert found.reference == visit["reference"] and found.attendance_code == "0"
    assert found.starts_at == datetime.fromisoformat(visit["starts_at"])
    assert found.patient.reference == visit["patient"] and found.cancelled_on is None


def test_unknown_ubrn_is_no_appointment(pas: PracticePas) -> None:
    assert pas.appointment("000000000000") is None


def test_ubrn_of_several_appointments_is_refused(pas: PracticePas, look: Look) -> None:
    twice = look("SELECT ubrn FROM appointment GROUP BY ubrn HAVING count(*) > 1 LIMIT 1")

    with pytest.raises(BusinessException) as caught:
        pas.appointment(twice[0]["ubrn"])

    assert caught.value.code == "DUPLICATE_UBRN"


def test_moved_appointment_has_its_new_time(pas: PracticePas, look: Look) -> None:
    visit = a_future_visit(look, 1)
    when = a_free_time(40)

    pas.move_appointment(visit["reference"], when=when)

    assert stored(look, visit)["starts_at"] == when.isoformat("T", "minutes")
    assert pas.appointment_at(visit["reference"]).starts_at == when


def test_cancelled_appointment_has_code_date_and_reason(pas: PracticePas, look: Look) -> None:
    visit = a_future_visit(look, 2)
    today = date.today()  # noqa: DTZ011 - the clinic is seeded for the machine's own day

    pas.cancel_appointment(visit["reference"], code="2", cancelled_on=today, reason="Cancelled in e-RS")

    found = pas.appointment_at(visit["reference"])
    assert (found.attendance_code, found.cancelled_on, found.cancel_reason) == ("2", today, "Cancelled in e-RS")


def test_outcome_of_a_past_visit_is_recorded(pas: PracticePas, look: Look) -> None:
    visit = look(
        "SELECT * FROM appointment WHERE starts_at < date('now', '-2 day')"
        " AND attendance_code NOT IN ('2', '4') LIMIT 1"
    )[0]

    pas.record_outcome(visit["reference"], attendance_code="6", outcome_code="2")

    found = pas.appointment_at(visit["reference"])
    assert (found.attendance_code, found.outcome_code) == ("6", "2")


def test_referral_with_nothing_booked_is_discharged(pas: PracticePas, look: Look) -> None:
    referral = look(
        "SELECT * FROM referral r WHERE status = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM appointment a WHERE a.referral = r.reference AND a.attendance_code = '0') LIMIT 1"
    )[0]
    today = date.today()  # noqa: DTZ011 - the clinic is seeded for the machine's own day

    pas.discharge_referral(referral["reference"], discharged_on=today, reason="Nothing more to do")

    found = pas.referral(referral["reference"])
    assert (found.status, found.discharged_on, found.discharge_reason) == ("discharged", today, "Nothing more to do")


def test_waiting_list_is_read_over_all_its_pages(pas: PracticePas, look: Look) -> None:
    rows = look("SELECT w.* FROM waiting_list w JOIN referral r ON r.reference = w.referral WHERE w.removed_on IS NULL")

    entries = pas.waiting_list()

    assert sorted(entry.referral for entry in entries) == sorted(row["referral"] for row in rows)


def test_record_that_is_not_there_is_a_business_exception(pas: PracticePas) -> None:
    with pytest.raises(BusinessException) as caught:
        pas.contact_details("P999999")

    assert caught.value.code == "NO_SUCH_RECORD"


def test_screenshot_is_masked_and_a_picture(pas: PracticePas, look: Look) -> None:
    pas.session.goto(f"/patients/{a_patient(look, 4)['reference']}")

    picture = pas.picture()

    assert picture is not None and picture.startswith(b"\x89PNG")
    unmasked = pas.session.page.screenshot(full_page=True)
    assert picture != unmasked


def test_other_patient_on_the_form_stops_the_write(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 5)
    assert pas.find_patient(patient["nhs_number"], date.fromisoformat(patient["date_of_birth"])) is not None
    before = len(clinic.writes())
    clinic.faults.set("wrong_patient", path="/patients/*/contact/edit")

    with pytest.raises(SystemException) as caught:
        pas.save_contact_details(patient["reference"], phone="0161 496 0000")

    assert caught.value.code == "WRONG_PATIENT" and len(clinic.writes()) == before


def test_other_patient_on_a_page_stops_the_reading(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    clinic.faults.set("wrong_patient", path="/patients/*/contact")

    with pytest.raises(SystemException) as caught:
        pas.contact_details(a_patient(look, 6)["reference"])

    assert caught.value.code == "WRONG_PATIENT"


def test_whole_record_in_the_place_of_its_reference_is_a_mistake_of_the_workflow(pas: PracticePas, look: Look) -> None:
    listed = pas.referrals_of(a_patient(look, 0)["reference"])[0]

    with pytest.raises(UsageError, match="handed a whole ListedReferral, expected its reference as text"):
        pas.appointments_of(listed)  # type: ignore[arg-type]
