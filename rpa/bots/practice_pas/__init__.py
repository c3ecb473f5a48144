"""The practice clinic's bot."""

from rpa.bots.practice_pas.bot import PracticePas
from rpa.bots.practice_pas.cancer import CancerPathway
from rpa.bots.practice_pas.follow_up_screens import PifuEntry, PifuPathway, Task
from rpa.bots.practice_pas.listed import ListedAppointment, ListedReferral
from rpa.bots.practice_pas.records import Appointment, Patient, Referral, WaitingEntry

__all__ = [
    "Appointment",
    "CancerPathway",
    "ListedAppointment",
    "ListedReferral",
    "Patient",
    "PifuEntry",
    "PifuPathway",
    "PracticePas",
    "Referral",
    "Task",
    "WaitingEntry",
]
