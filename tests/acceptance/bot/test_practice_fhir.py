"""The two bots of the practice clinic read the same of an appointment, one from its page, one by FHIR."""

from rpa.bots import Credential, PracticeFhir, PracticePas, System
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic


def test_appointment_of_every_kind_is_the_same_by_screen_and_by_fhir(
    pas: PracticePas, clinic: Clinic, browser: Browser
) -> None:
    by_code = {row["attendance_code"]: str(row["reference"]) for row in clinic.snapshot()["appointment"].values()}
    fhir = PracticeFhir(System("practice-pas", clinic.address), browser, Credential(clinic.username, clinic.password))

    by_screen = [pas.appointment_at(reference) for reference in by_code.values()]
    by_fhir = [fhir.appointment_at(reference) for reference in by_code.values()]

    fhir.close()
    assert by_fhir == by_screen
    assert len(by_fhir) == 7
