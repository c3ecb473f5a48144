"""What the server says of itself."""

from rpa.demo.clinic.fhir.call import Resource

_SEARCHED = {
    "Appointment": {"identifier": "token", "date": "date", "status": "token", "patient": "reference",
                    "location": "reference", "_id": "token"},
    "Patient": {"identifier": "token", "birthdate": "date", "family": "string", "_id": "token"},
    "Slot": {"schedule": "reference", "start": "date", "status": "token"},
}  # fmt: skip


def capabilities(base: str, today: str) -> Resource:
    """Return the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": today,
        "kind": "instance",
        "implementation": {"description": "Practice clinic", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "security": {"cors": False}, "resource": [_of(kind) for kind in _SEARCHED]}],
    }


def _of(kind: str) -> Resource:
    does = ["read", "search-type", *(["update"] if kind == "Appointment" else [])]
    return {
        "type": kind,
        "interaction": [{"code": code} for code in does],
        "versioning": "versioned-update" if kind == "Appointment" else "versioned",
        "searchParam": [{"name": name, "type": of} for name, of in _SEARCHED[kind].items()],
    }
