"""The bot reads cancer pathways as the clinic has stored them, in both skins."""

from datetime import date, timedelta
from typing import Any

import pytest

from rpa.bots import CancerPathway, PracticePas
from rpa.demo.clinic import Clinic
from rpa.exceptions import SystemException
from tests.acceptance.bot.conftest import Look

OPEN = (
    "SELECT r.pathway FROM cancer_pathway c JOIN referral r ON r.reference = c.referral"
    " WHERE closed_on IS NULL AND r.status = 'open' ORDER BY c.referred_on, r.pathway"
)
ONE = "SELECT * FROM cancer_pathway c JOIN referral r ON r.reference = c.referral WHERE r.pathway = ?"
DAYS = {
    "referred_on": "referred_on",
    "received_on": "received_on",
    "first_seen_on": "first_seen_on",
    "told_on": "told_on",
    "decided_on": "decided_on",
    "treated_on": "treated_on",
}


def read(pas: PracticePas, pathway: str) -> CancerPathway:
    found = pas.cancer_pathway(pathway)
    assert found is not None
    return found


def the_day(look: Look) -> date:
    return date.fromisoformat(look("SELECT value FROM meta WHERE name = 'today'")[0]["value"])


def stored_days(row: dict[str, Any]) -> dict[str, date | None]:
    return {name: date.fromisoformat(row[name]) if row[name] else None for name in DAYS}


def test_list_has_the_numbers_of_all_open_pathways_on_all_pages(pas: PracticePas, look: Look) -> None:
    stored = [row["pathway"] for row in look(OPEN)]

    numbers = pas.cancer_pathways()

    assert numbers == stored
    assert len(numbers) > 40 and "RENC23" not in numbers


@pytest.mark.parametrize("pathway", ["RENC04", "RENC12", "RENC19", "RENC21", "RENC22", "RENC25"])
def test_pathway_is_read_as_stored(pas: PracticePas, look: Look, pathway: str) -> None:
    row = look(ONE, pathway)[0]
    patient = look("SELECT * FROM patient WHERE reference = ?", row["patient"])[0]

    found = read(pas, pathway)

    assert {name: getattr(found, name) for name in DAYS} == stored_days(row)
    assert (found.pathway, found.referral, found.specialty) == (pathway, row["reference"], row["specialty"])
    assert (found.admitted_care, found.on_62_days) == (row["admitted_care"] == "Y", row["on_62_days"] == "Y")
    assert (found.patient.reference, found.patient.nhs_number) == (row["patient"], patient["nhs_number"])
    assert found.status == "open"


def test_pauses_have_a_day_of_return_unless_the_patient_is_still_away(pas: PracticePas, look: Look) -> None:
    today = the_day(look)

    back, away, none = (read(pas, pathway).pauses for pathway in ("RENC12", "RENC14", "RENC01"))

    assert back == ((today - timedelta(days=35), today - timedelta(days=15)),)
    assert away == ((today - timedelta(days=10), None),)
    assert none == ()


def test_next_event_is_the_earliest_appointment_booked_for_today_or_later(pas: PracticePas, look: Look) -> None:
    visits = look("SELECT * FROM appointment a JOIN referral r ON r.reference = a.referral WHERE pathway = 'RENC15'")
    booked = next(visit for visit in visits if visit["attendance_code"] == "0")

    later, today, nothing = (read(pas, pathway) for pathway in ("RENC15", "RENC24", "RENC20"))

    assert later.next_event_on == date.fromisoformat(booked["starts_at"][:10])
    assert later.next_event == "First, face to face"
    assert today.next_event_on == the_day(look)
    assert (nothing.next_event_on, nothing.next_event) == (None, "")


def test_missed_first_appointment_is_told_apart_from_a_clinical_discharge(pas: PracticePas, look: Look) -> None:
    missed = look(
        "SELECT date(starts_at) AS day FROM appointment a JOIN referral r ON r.reference = a.referral"
        " WHERE attendance_code = '3' AND pathway = 'RENC15'"
    )

    goes_on, discharged, seen = (read(pas, pathway) for pathway in ("RENC15", "RENC16", "RENC01"))

    assert goes_on.first_missed_on == date.fromisoformat(missed[0]["day"])
    assert (goes_on.clinically_discharged, discharged.clinically_discharged) == (False, True)
    assert discharged.first_missed_on is not None and seen.first_missed_on is None


def test_two_pathways_of_one_patient_are_two_records(pas: PracticePas) -> None:
    one, other = read(pas, "RENC17"), read(pas, "RENC18")

    assert one.patient == other.patient
    assert one.referral != other.referral and one.specialty != other.specialty


def test_closed_pathway_is_still_found_and_says_so(pas: PracticePas) -> None:
    assert read(pas, "RENC23").status == "closed"


@pytest.mark.parametrize("pathway", ["RENC99", "RENL01", "REN/1", "?page=2"])
def test_number_without_a_cancer_pathway_is_none(pas: PracticePas, pathway: str) -> None:
    assert pas.cancer_pathway(pathway) is None


def test_another_patient_on_the_screen_stops_the_read(pas: PracticePas, clinic: Clinic) -> None:
    read(pas, "RENC02")
    clinic.faults.set("wrong_patient", path="/cancer-pathways/RENC02", times=1)

    with pytest.raises(SystemException) as caught:
        pas.cancer_pathway("RENC02")

    assert caught.value.code == "WRONG_PATIENT"


def test_reading_writes_nothing(pas: PracticePas, clinic: Clinic) -> None:
    before = clinic.writes()

    pas.cancer_pathway(pas.cancer_pathways()[0])

    assert clinic.writes() == before
