"""Starts jobs by themselves when schedules are due, each due time once, and keeps what became of it."""

from rpa.scheduler.decisions import Decision, Ended, decide
from rpa.scheduler.firings import Firing, Firings
from rpa.scheduler.pauses import Pause, Pauses
from rpa.scheduler.scheduler import Scheduler, make_scheduler

__all__ = ["Decision", "Ended", "Firing", "Firings", "Pause", "Pauses", "Scheduler", "decide", "make_scheduler"]
