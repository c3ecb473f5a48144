"""Erasure of what is known of patients, by rule or by NHS number, so that the record still verifies."""

from rpa.erasure.decision import Decision, check_people
from rpa.erasure.eraser import Erased, Eraser
from rpa.erasure.found import expired_jobs, held_back, oldest

__all__ = ["Decision", "Erased", "Eraser", "check_people", "expired_jobs", "held_back", "oldest"]
