"""Bots: each does named things in one system, built on connectors, and knows no workflow."""

import importlib
from typing import TYPE_CHECKING, Any

from rpa.bots.appointments import AppointmentBook
from rpa.bots.base import Bot
from rpa.bots.practice_pas import (
    Appointment,
    CancerPathway,
    ListedAppointment,
    ListedReferral,
    Patient,
    PifuEntry,
    PifuPathway,
    PracticePas,
    Referral,
    Task,
    WaitingEntry,
)
from rpa.secrets import Credential
from rpa.systems import System

if TYPE_CHECKING:
    from rpa.bots.fhir import FhirBot
    from rpa.bots.practice_fhir import PracticeFhir

_HOME = {"FhirBot": "rpa.bots.fhir", "PracticeFhir": "rpa.bots.practice_fhir"}

__all__ = [
    "Appointment",
    "AppointmentBook",
    "Bot",
    "CancerPathway",
    "Credential",
    "FhirBot",
    "ListedAppointment",
    "ListedReferral",
    "Patient",
    "PifuEntry",
    "PifuPathway",
    "PracticeFhir",
    "PracticePas",
    "Referral",
    "System",
    "Task",
    "WaitingEntry",
]


def __getattr__(name: str) -> Any:
    """Import what speaks HTTP when it is first used: most commands start faster without it."""
    if name not in _HOME:
        raise AttributeError(f"module 'rpa.bots' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
