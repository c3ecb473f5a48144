"""Bots: each does named things in one system, built on connectors, and knows no workflow."""

from rpa.bots.base import Bot
from rpa.bots.practice_pas import (
    Appointment,
    ListedAppointment,
    ListedReferral,
    Patient,
    PracticePas,
    Referral,
    WaitingEntry,
)
from rpa.secrets import Credential
from rpa.systems import System

__all__ = [
    "Appointment",
    "Bot",
    "Credential",
    "ListedAppointment",
    "ListedReferral",
    "Patient",
    "PracticePas",
    "Referral",
    "System",
    "WaitingEntry",
]
