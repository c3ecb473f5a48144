"""The FHIR connector: reads, searches and updates resources of an R4 server, an update on condition of its version."""

from rpa.connectors.fhir.client import FhirClient
from rpa.connectors.fhir.egress import Egress
from rpa.connectors.fhir.resources import Appointment, Patient, Slot, read_as
from rpa.connectors.fhir.server import Limits, Server
from rpa.connectors.fhir.tokens import Grant, Tokens, fetch_token
from rpa.connectors.fhir.versioned import Versioned

__all__ = [
    "Appointment",
    "Egress",
    "FhirClient",
    "Grant",
    "Limits",
    "Patient",
    "Server",
    "Slot",
    "Tokens",
    "Versioned",
    "fetch_token",
    "read_as",
]
