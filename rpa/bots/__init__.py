"""Bots: each does named things in one system, built on connectors, and knows no workflow."""

from rpa.bots.base import Bot
from rpa.bots.practice_pas import (
    Appointment,
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

__all__ = [
    "Appointment",
    "Bot",
    "Credential",
    "Patient",
    "PifuEntry",
    "PifuPathway",
    "PracticePas",
    "Referral",
    "System",
    "Task",
    "WaitingEntry",
]
