"""Working days, working hours and opening hours, right on both nights the clocks change."""

from rpa.calendars.opening import OpeningHours

__all__ = ["OpeningHours"]
