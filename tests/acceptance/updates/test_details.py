"""The bot reads who a patient is as it is stored, and of nobody else."""

import pytest

from rpa.bots import PracticePas
from rpa.demo.clinic.protected import DIED, SENSITIVE
from rpa.exceptions import SystemException
from tests.acceptance.updates.conftest import Stage


@pytest.fixture
def pas(stage: Stage) -> PracticePas:
    bot: PracticePas = stage.crew.get(PracticePas)
    return bot


def test_details_are_read_as_stored(stage: Stage, pas: PracticePas) -> None:
    patient = stage.patients()["patient"][SENSITIVE]

    found = pas.patient_details(SENSITIVE)

    assert found == {
        "family_name": patient["family_name"],
        "given_name": patient["given_name"],
        "sex": patient["sex"],
        "date_of_death": None,
        "sensitive": "Yes",
    }
    year, month, day = str(stage.patients()["patient"][DIED]["date_of_death"]).split("-")
    assert pas.patient_details(DIED)["date_of_death"] == f"{day}/{month}/{year}"


def test_details_of_another_patient_are_refused(stage: Stage, pas: PracticePas) -> None:
    stage.clinic.faults.set("wrong_patient", path="/patients/*")

    with pytest.raises(SystemException) as caught:
        pas.patient_details(SENSITIVE)

    stage.clinic.faults.clear()
    assert caught.value.code == "WRONG_PATIENT"
