"""The clinic's FHIR server says and takes what the standard asks of one."""

from typing import Any

import httpx
import pytest

from rpa.demo.clinic import Clinic
from tests.integration.fhir.conftest import Visits, free_time, now, saves


def test_server_says_what_it_is_without_a_token(clinic: Clinic) -> None:
    told = httpx.get(f"{clinic.address}/fhir/metadata", trust_env=False).json()

    assert (told["resourceType"], told["fhirVersion"], told["kind"]) == ("CapabilityStatement", "4.0.1", "instance")
    assert {one["type"] for one in told["rest"][0]["resource"]} == {"Appointment", "Patient", "Slot"}


@pytest.mark.parametrize("path", ["Appointment", "Appointment/A500000", "Patient/P100000", "Slot?schedule=ZZ370"])
def test_nothing_of_a_patient_is_told_without_a_token(clinic: Clinic, path: str) -> None:
    answer = httpx.get(f"{clinic.address}/fhir/{path}", trust_env=False)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert issue(answer) == "login"


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "system/Everything.write"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_id": "bot", "client_secret": "x"}, 401, "invalid_client"),
    ],
)
def test_token_is_refused_in_the_words_of_oauth(clinic: Clinic, asked: dict[str, str], status: int, error: str) -> None:
    answer = httpx.post(f"{clinic.address}/fhir/token", data=asked, trust_env=False)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_pages_of_a_search_have_all_there_is_and_each_once(http: httpx.Client, clinic: Clinic) -> None:
    seen: list[str] = []
    address, total = "/Appointment?_count=90", 0
    while address:
        bundle = http.get(address).json()
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        total = bundle["total"]
        address = next((one["url"] for one in bundle["link"] if one["relation"] == "next"), "")

    assert sorted(seen) == sorted(clinic.snapshot()["appointment"])
    assert total == len(seen)


def test_search_narrows_by_time_status_patient_and_clinic(http: httpx.Client, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    day, patient = visit["starts_at"][:10], clinic.snapshot()["referral"][visit["referral"]]["patient"]

    for narrowed in (f"date={day}", f"date=ge{day}&date=le{day}", f"date=gt2020-01-01&patient=Patient/{patient}",
                     f"date={day}&location=Location/{visit['clinic']}", f"_id={visit['reference']}"):  # fmt: skip
        entries = http.get(f"/Appointment?status=booked,pending&_count=100&{narrowed}").json()["entry"]

        found = {entry["resource"]["id"]: entry["resource"] for entry in entries}
        assert visit["reference"] in found
        assert {one["status"] for one in found.values()} == {"booked"}
    assert "entry" not in http.get(f"/Appointment?date=lt{day}&_id={visit['reference']}").json()


@pytest.mark.parametrize("query", ["Appointment?colour=red", "Appointment?date=soon", "Appointment?_count=0", "Slot"])
def test_search_that_is_not_understood_is_refused_and_not_widened(http: httpx.Client, query: str) -> None:
    assert http.get(f"/{query}").status_code == 400


def test_patient_is_found_by_nhs_number_and_date_of_birth(http: httpx.Client, clinic: Clinic) -> None:
    known = next(iter(clinic.snapshot()["patient"].values()))
    number = f"https://fhir.nhs.uk/Id/nhs-number|{known['nhs_number']}"

    found = http.get("/Patient", params={"identifier": number, "birthdate": str(known["date_of_birth"])}).json()

    (entry,) = found["entry"]
    assert (entry["resource"]["id"], entry["resource"]["birthDate"]) == (known["reference"], known["date_of_birth"])
    assert http.get("/Patient", params={"identifier": f"urn:other|{known['nhs_number']}"}).json()["total"] == 0


def test_slots_are_busy_where_somebody_is_booked(http: httpx.Client, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    free = free_time(clinic, visit)
    asked = {"schedule": f"Schedule/{visit['clinic']}", "start": f"{free:%Y-%m-%d}", "_count": "100"}

    entries = http.get("/Slot", params=asked).json()["entry"]

    by_id = {entry["resource"]["id"]: entry["resource"]["status"] for entry in entries}
    assert len(by_id) == 40
    assert by_id[f"{visit['clinic']}-{free:%Y%m%dT%H%M}"] == "free"
    taken = visit["starts_at"].replace("-", "").replace(":", "")
    if not taken.endswith("T0000"):  # the one appointment at midnight is at no time the clinic has
        assert http.get(f"/Slot/{visit['clinic']}-{taken}").json()["status"] == "busy"
    assert http.get("/Slot/ZZ370-20261129T0300").status_code == 404


@pytest.mark.parametrize(
    ("if_match", "change", "status", "code"),
    [
        ("", {}, 428, "required"),
        ('W/"99"', {}, 412, "conflict"),
        ('W/"1"', {"id": "A999999"}, 422, "business-rule"),
        ('W/"1"', {"participant": []}, 422, "business-rule"),
        ('W/"1"', {"status": "fulfilled"}, 422, "business-rule"),
        ('W/"1"', {"status": "cancelled"}, 422, "required"),
        ('W/"1"', {"start": "2026-12-01T09:00:00"}, 400, "value"),
        ('W/"1"', {"start": "2020-12-01T09:00:00Z"}, 422, "business-rule"),
    ],
)
def test_update_that_the_clinic_does_not_take_changes_nothing(
    http: httpx.Client, clinic: Clinic, visits: Visits, if_match: str, change: dict[str, Any], status: int, code: str
) -> None:
    visit = visits()
    body = http.get(f"/Appointment/{visit['reference']}").json() | change

    answer = http.put(f"/Appointment/{visit['reference']}", json=body, headers={"if-match": if_match})

    assert (answer.status_code, issue(answer)) == (status, code)
    assert (now(clinic, visit), saves(clinic, visit)) == (visit, 0)


def test_each_save_makes_another_version(http: httpx.Client, clinic: Clinic, visits: Visits) -> None:
    visit = visits()
    read = http.get(f"/Appointment/{visit['reference']}")
    moved = read.json() | {"start": f"{free_time(clinic, visit):%Y-%m-%dT%H:%M}:00Z"}

    saved = http.put(f"/Appointment/{visit['reference']}", json=moved, headers={"if-match": read.headers["etag"]})

    assert (read.headers["etag"], saved.headers["etag"]) == ('W/"1"', 'W/"2"')
    assert http.get(f"/Appointment/{visit['reference']}").json() == saved.json()


def issue(answer: httpx.Response) -> str:
    """Return the code of what an OperationOutcome says."""
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return str(outcome["issue"][0]["code"])
