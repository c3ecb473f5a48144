"""Staff change who a patient is on a form of its own, and two patients are there that nobody should change lightly."""

from rpa.demo.clinic import Clinic, changes_between
from rpa.demo.clinic.protected import DIED, SENSITIVE
from tests.integration.clinic.visiting import Visitor

FORM = {"family_name": "Newname", "given_name": "Test-Ada", "sex": "Female", "date_of_death": "01/11/2026",
        "sensitive": "Y"}  # fmt: skip


def test_saved_details_are_those_of_the_record(clinic: Clinic, visitor: Visitor) -> None:
    before = clinic.snapshot()

    reply = visitor.post("/patients/P100011/edit", FORM)

    after = clinic.snapshot()["patient"]["P100011"]
    assert reply.leads_to.startswith("/patients/P100011?saved=1")
    assert {name: after[name] for name in FORM} == FORM | {"date_of_death": "2026-11-01"}
    assert {change.key for change in changes_between(before, clinic.snapshot())} == {"P100011"}


def test_details_that_make_no_sense_are_refused(clinic: Clinic, visitor: Visitor) -> None:
    before = clinic.snapshot()

    reply = visitor.post("/patients/P100012/edit", FORM | {"family_name": " ", "date_of_death": "soon"})

    assert "Enter the family name" in reply.text and "Enter the date of death as day/month/year" in reply.text
    assert changes_between(before, clinic.snapshot()) == []


def test_one_patient_died_and_one_is_marked_as_sensitive(clinic: Clinic, visitor: Visitor) -> None:
    patients = clinic.snapshot()["patient"]

    assert visitor.get(f"/patients/{DIED}/edit").status == 200
    assert patients[DIED]["date_of_death"] and patients[DIED]["sensitive"] == "N"
    assert patients[SENSITIVE]["sensitive"] == "Y" and patients[SENSITIVE]["date_of_death"] is None
