"""The practice clinic's bot."""

from rpa.bots.practice_pas.bot import PracticePas
from rpa.bots.practice_pas.listed import ListedAppointment, ListedReferral
from rpa.bots.practice_pas.records import Appointment, Patient, Referral, WaitingEntry

__all__ = ["Appointment", "ListedAppointment", "ListedReferral", "Patient", "PracticePas", "Referral", "WaitingEntry"]
