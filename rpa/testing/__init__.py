"""What an author tests a workflow with: a rehearsal on a real queue and record, and a practice clinic to act on."""

from rpa.testing.handed import HandedBots
from rpa.testing.practice import Practice, practice_clinic
from rpa.testing.rehearsal import Rehearsal, rehearse

__all__ = ["HandedBots", "Practice", "Rehearsal", "practice_clinic", "rehearse"]
