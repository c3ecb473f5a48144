"""What the clinic's faults do to the bot: reads outlast them, writes are never repeated."""

from typing import Any

import pytest

from rpa.bots import PracticePas
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic
from rpa.exceptions import SystemException
from tests.acceptance.bot.conftest import Look, bot_of

PHONE = "0161 496 0177"


def a_patient(look: Look, number: int) -> dict[str, Any]:
    return look("SELECT * FROM patient ORDER BY reference LIMIT 1 OFFSET ?", str(number))[0]


def saves(clinic: Clinic, reference: str) -> int:
    return len({row.save for row in clinic.writes() if row.reference == reference})


@pytest.mark.parametrize(
    "fault",
    ["error_500", "error_503", "reset_before", "reset_after", "half_reply", "expired_session", "sign_in_page", "slow"],
)
def test_reading_outlasts_a_passing_fault(pas: PracticePas, look: Look, clinic: Clinic, fault: str) -> None:
    patient = a_patient(look, 0)
    pas.contact_details(patient["reference"])
    clinic.faults.set(fault, path="/patients/*/contact", times=1)

    details = pas.contact_details(patient["reference"])

    assert details["phone"] == patient["phone"]
    assert clinic.faults.counts()[0]["happened"] == 1


@pytest.mark.parametrize("fault", ["error_503", "reset_before", "expired_session", "sign_in_page"])
def test_opening_a_form_outlasts_a_passing_fault(pas: PracticePas, look: Look, clinic: Clinic, fault: str) -> None:
    patient = a_patient(look, 1)
    clinic.faults.set(fault, path="/patients/*/contact/edit", method="GET", times=1)
    before = saves(clinic, patient["reference"])

    pas.save_contact_details(patient["reference"], phone=PHONE)

    assert a_patient(look, 1)["phone"] == PHONE
    assert saves(clinic, patient["reference"]) == before + 1


@pytest.mark.parametrize(
    ("fault", "code", "saved"),
    [
        ("error_500", "HTTP_500", 0),
        ("saved_but_error", "HTTP_502", 1),
        ("reset_before", "CONNECTION", 0),
        ("reset_after", "CONNECTION", 1),
        ("half_reply", "CONNECTION", 1),
        ("hung_after", "TIMEOUT", 1),
        ("expired_session", "SIGNED_OUT", 0),
        ("sign_in_page", "SIGNED_OUT", 0),
    ],
)
def test_fault_while_saving_is_raised_and_the_write_is_never_repeated(
    pas: PracticePas, look: Look, clinic: Clinic, fault: str, code: str, saved: int
) -> None:
    patient = a_patient(look, 2)
    before = saves(clinic, patient["reference"])
    clinic.faults.set(fault, path="/patients/*/contact/edit", method="POST", times=1)

    with pytest.raises(SystemException) as caught:
        pas.save_contact_details(patient["reference"], phone=PHONE)

    assert caught.value.code == code
    assert saves(clinic, patient["reference"]) == before + saved
    pas.reset()
    assert pas.contact_details(patient["reference"])["phone"] == a_patient(look, 2)["phone"]


def test_success_that_was_not_saved_is_left_to_the_read_back(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 3)
    clinic.faults.set("success_but_not_saved", path="/patients/*/contact/edit", times=1)

    pas.save_contact_details(patient["reference"], phone=PHONE)

    assert pas.contact_details(patient["reference"])["phone"] == patient["phone"]


def test_renamed_field_stops_the_bot_before_it_writes(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 4)
    clinic.faults.set("renamed_field", path="/patients/*/contact/edit", field="phone")

    with pytest.raises(SystemException) as caught:
        pas.save_contact_details(patient["reference"], phone=PHONE)

    assert caught.value.code == "SCREEN_CHANGED"
    assert saves(clinic, patient["reference"]) == 0


def test_moved_field_is_found_by_its_label(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 5)
    clinic.faults.set("moved_field", path="/patients/*/contact/edit", field="phone")

    pas.save_contact_details(patient["reference"], phone=PHONE)

    assert a_patient(look, 5) == {**patient, "phone": PHONE}


def test_session_that_ends_again_and_again_is_signed_in_each_time(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look, 6)
    pas.contact_details(patient["reference"])
    clinic.faults.set("expired_session", path="/patients/*/contact", every=2)

    for _ in range(3):
        assert pas.contact_details(patient["reference"])["town"] == patient["town"]


def test_wrong_password_is_tried_once_and_never_again(clinic: Clinic, browser: Browser) -> None:
    browser.session(f"practice-pas-{clinic.address}", origins=[clinic.address]).sign_out()
    clinic.faults.set("slow", path="/sign-in", method="POST", seconds=0)
    codes = []

    for _ in range(3):
        with pytest.raises(SystemException) as caught:
            bot_of(clinic, browser, password="wrong").waiting_list()
        codes.append(caught.value.code)

    assert codes == ["SIGN_IN_REFUSED"] * 3
    assert clinic.faults.counts()[0]["met"] == 1


def test_killed_browser_costs_nothing_but_time(pas: PracticePas, browser: Browser, look: Look) -> None:
    patient = a_patient(look, 7)
    pas.contact_details(patient["reference"])

    browser.kill()

    pas.save_contact_details(patient["reference"], mobile=PHONE)
    assert a_patient(look, 7)["mobile"] == PHONE
