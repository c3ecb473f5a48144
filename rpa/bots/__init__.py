"""Bots: each does named things in one system, built on connectors, and knows no workflow."""

from rpa.bots.base import Bot
from rpa.bots.practice_pas import Appointment, Patient, PracticePas, Referral, WaitingEntry

__all__ = ["Appointment", "Bot", "Patient", "PracticePas", "Referral", "WaitingEntry"]
