"""The practice clinic that authors test with."""

import pytest

from rpa.demo.clinic import Skin
from rpa.testing import practice_clinic


@pytest.mark.parametrize("skin", list(Skin))
def test_practice_has_patients_and_a_bot_that_finds_them(skin: Skin) -> None:
    with practice_clinic(skin=skin) as practice:
        patient = practice.patients()[7]

        assert practice.pas.find_patient(patient.nhs_number, patient.date_of_birth) == patient
        assert practice.clinic.writes() == []


def test_practice_starts_as_new_each_time() -> None:
    with practice_clinic() as practice:
        reference = practice.patients()[0].reference
        practice.pas.save_contact_details(reference, town="Mockford")
        first = practice.clinic.writes()
    with practice_clinic() as practice:
        second = practice.clinic.writes()

    assert [row.field for row in first] == ["town"]
    assert second == []
