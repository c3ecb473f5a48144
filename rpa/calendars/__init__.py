"""Working days, working hours and opening hours, right on both nights the clocks change."""

from rpa.calendars.calendar import Calendar
from rpa.calendars.opening import OpeningHours

__all__ = ["Calendar", "OpeningHours"]
