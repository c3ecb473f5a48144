"""What an author tests a workflow with: a rehearsal on a real queue and record, with fake bots or the real ones."""

from rpa.testing.rehearsal import HandedBots, Rehearsal, rehearse

__all__ = ["HandedBots", "Rehearsal", "rehearse"]
