"""A bot looks whether its system answers without signing in, and each fault says which system had it."""

import socket
from typing import Any

import pytest

from rpa.bots import PracticePas
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic
from rpa.exceptions import SystemException
from rpa.systems import System
from tests.acceptance.bot.conftest import Look, bot_of


def a_patient(look: Look) -> dict[str, Any]:
    return look("SELECT * FROM patient ORDER BY reference LIMIT 1")[0]


def test_system_that_answers_is_well_and_nobody_signed_in(clinic: Clinic, browser: Browser) -> None:
    clinic.faults.set("slow", path="/sign-in", method="POST", seconds=0)

    bot_of(clinic, browser, password="wrong").probe()

    assert clinic.faults.counts()[0]["met"] == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [("error_500", "HTTP_500"), ("error_503", "HTTP_503"), ("reset_before", "CONNECTION")],
)
def test_system_in_trouble_is_not_well(pas: PracticePas, clinic: Clinic, fault: str, code: str) -> None:
    clinic.faults.set(fault, path="*")

    with pytest.raises(SystemException) as caught:
        pas.probe()

    assert caught.value.code == code
    assert caught.value.system == pas.system_name


def test_system_that_can_not_be_reached_is_not_well(browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nowhere = PracticePas(System("practice-pas", f"http://127.0.0.1:{port}"), browser)

    with pytest.raises(SystemException) as caught:
        nowhere.probe()

    assert caught.value.code == "CONNECTION"


def test_system_is_well_again_once_its_trouble_is_over(pas: PracticePas, clinic: Clinic) -> None:
    clinic.faults.set("error_503", path="*", times=1)
    with pytest.raises(SystemException):
        pas.probe()

    pas.probe()


def test_probe_leaves_a_session_signed_in(pas: PracticePas, look: Look, clinic: Clinic) -> None:
    patient = a_patient(look)
    pas.contact_details(patient["reference"])
    clinic.faults.set("slow", path="/sign-in", method="POST", seconds=0)

    pas.probe()

    assert pas.contact_details(patient["reference"])["town"] == patient["town"]
    assert clinic.faults.counts()[0]["met"] == 0


@pytest.mark.parametrize(
    ("fault", "field", "code"), [("error_500", None, "HTTP_500"), ("renamed_field", "phone", "SCREEN_CHANGED")]
)
def test_fault_says_which_system_had_it(
    pas: PracticePas, look: Look, clinic: Clinic, fault: str, field: str | None, code: str
) -> None:
    wanted = {"field": field} if field else {}
    clinic.faults.set(fault, path="/patients/*/contact/edit", method="GET", **wanted)

    with pytest.raises(SystemException) as caught:
        pas.save_contact_details(a_patient(look)["reference"], phone="0161 496 0177")

    assert (caught.value.code, caught.value.system) == (code, pas.system_name)
