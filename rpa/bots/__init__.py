"""Bots: each does named things in one system, built on connectors, and knows no workflow."""

from rpa.bots.appointments import AppointmentBook
from rpa.bots.base import Bot
from rpa.bots.fhir import FhirBot
from rpa.bots.practice_fhir import PracticeFhir
from rpa.bots.practice_pas import Appointment, Patient, PracticePas, Referral, WaitingEntry
from rpa.secrets import Credential
from rpa.systems import System

__all__ = [
    "Appointment",
    "AppointmentBook",
    "Bot",
    "Credential",
    "FhirBot",
    "Patient",
    "PracticeFhir",
    "PracticePas",
    "Referral",
    "System",
    "WaitingEntry",
]
