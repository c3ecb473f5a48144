"""The clinic's records as FHIR resources; its own extensions say what the standard has no word for."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rpa.calendars.wall import moment_of
from rpa.demo.clinic.appointments import ALL
from rpa.demo.clinic.fhir.call import Resource
from rpa.demo.clinic.people import SPECIALTIES
from rpa.demo.clinic.seeding import SLOT_MINUTES

ZONE = ZoneInfo("Europe/London")
SLOT = timedelta(minutes=SLOT_MINUTES)
NHS_NUMBER, UBRN = "https://fhir.nhs.uk/Id/nhs-number", "https://fhir.nhs.uk/Id/UBRN"
PATHWAY, CLINIC = "https://clinic.example/Id/pathway", "https://clinic.example/Id/clinic"
ATTENDANCE = "https://clinic.example/fhir/StructureDefinition/attended-or-did-not-attend"
OUTCOME = "https://clinic.example/fhir/StructureDefinition/outcome-of-attendance"
CANCELLED_ON = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.cancellationDate"
REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
SPECIALTY = "https://fhir.nhs.uk/CodeSystem/NHSDataModelAndDictionary-treatment-function"
CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
STATUS: Mapping[str, str] = {
    "0": "booked", "2": "cancelled", "4": "cancelled", "5": "fulfilled", "6": "fulfilled", "3": "noshow", "7": "noshow",
}  # fmt: skip
CANCELLED_BY: Mapping[str, str] = {"2": "pat", "4": "prov"}
PRIORITY: Mapping[str, str] = {"1": "routine", "2": "urgent", "3": "asap"}
_VERSION = (
    "(SELECT count(DISTINCT save) FROM write_log w WHERE {}) AS saves, (SELECT max(at) FROM write_log w WHERE {}) AS at"
)
_OF_VISIT = (
    "(w.kind = 'appointment' AND w.reference = a.reference) OR (w.kind = 'referral' AND w.reference = a.referral)"
)
# Names of tables and columns only, put together once.
VISITS = ALL.replace("SELECT a.*", f"SELECT a.*, {_VERSION.format(_OF_VISIT, _OF_VISIT)}")
_OF_PATIENT = "w.kind = 'patient' AND w.reference = p.reference"
PATIENTS = f"SELECT p.*, {_VERSION.format(_OF_PATIENT, _OF_PATIENT)} FROM patient p"  # noqa: S608 - as above


def patient(row: sqlite3.Row, today: str) -> Resource:
    """Return who somebody is."""
    died = {"deceasedDateTime": row["date_of_death"]} if row["date_of_death"] else {}
    return {
        "resourceType": "Patient",
        "id": row["reference"],
        "meta": _meta(row, "Patient", today),
        "identifier": [{"system": NHS_NUMBER, "value": row["nhs_number"]}],
        "name": [{"use": "official", "family": row["family_name"], "given": [row["given_name"]]}],
        "gender": row["sex"].lower(),
        "birthDate": row["date_of_birth"],
        **died,
    }


def appointment(row: sqlite3.Row, today: str) -> Resource:
    """Return one appointment with its referral inside."""
    start = moment_of(datetime.fromisoformat(row["starts_at"]), ZONE)
    return {
        "resourceType": "Appointment",
        "id": row["reference"],
        "meta": _meta(row, "Appointment", today),
        "contained": [_referral(row)],
        "extension": list(_extensions(row)),
        "identifier": [{"system": UBRN, "value": row["ubrn"]}],
        "status": STATUS[row["attendance_code"]],
        **_cancellation(row),
        "specialty": [{"coding": [_coding(SPECIALTY, row["specialty"], SPECIALTIES)]}],
        "start": instant(start),
        "end": instant(start + SLOT),
        "basedOn": [{"reference": "#referral"}],
        "participant": [
            {"actor": {"reference": f"Patient/{row['patient']}"}, "status": "accepted"},
            {"actor": _clinic(row), "status": "accepted"},
        ],
    }


def instant(moment: datetime) -> str:
    """Write a moment as the wire has it: in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _meta(row: sqlite3.Row, profile: str, today: str) -> Resource:
    updated = row["at"] or f"{today}T00:00:00.000+00:00"
    return {"versionId": str(row["saves"] + 1), "lastUpdated": updated, "profile": [CORE + profile]}


def _referral(row: sqlite3.Row) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": "referral",
        "identifier": [{"system": PATHWAY, "value": row["pathway"]}],
        "status": "active",
        "intent": "order",
        "priority": PRIORITY[row["priority"]],
        "subject": {"reference": f"Patient/{row['patient']}"},
        "authoredOn": row["received_on"],
    }


def _extensions(row: sqlite3.Row) -> list[Resource]:
    found: list[Resource] = [{"url": ATTENDANCE, "valueCode": row["attendance_code"]}]
    if row["cancelled_on"]:
        found.append({"url": CANCELLED_ON, "valueDateTime": row["cancelled_on"]})
    if row["outcome_code"]:
        found.append({"url": OUTCOME, "valueCode": row["outcome_code"]})
    return found


def _cancellation(row: sqlite3.Row) -> dict[str, Any]:
    if row["attendance_code"] not in CANCELLED_BY:
        return {}
    who = {"system": REASONS, "code": CANCELLED_BY[row["attendance_code"]]}
    text = {"text": row["cancel_reason"]} if row["cancel_reason"] else {}
    return {"cancelationReason": {"coding": [who], **text}}


def _clinic(row: sqlite3.Row) -> Resource:
    return {
        "type": "Location",
        "identifier": {"system": CLINIC, "value": row["clinic"]},
        "display": row["clinic_name"],
    }


def _coding(system: str, code: str, names: Mapping[str, str]) -> Resource:
    return {"system": system, "code": code, "display": names[code]}
