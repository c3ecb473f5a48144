"""When workflows start by themselves: rules, working days and due times, right on both nights the clocks change."""

from rpa.schedules.due import Due
from rpa.schedules.made import calendar_of, schedules_of
from rpa.schedules.schedule import Schedule, make_schedule

__all__ = ["Due", "Schedule", "calendar_of", "make_schedule", "schedules_of"]
