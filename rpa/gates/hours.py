"""Which systems are outside of their opening hours, or under maintenance, at a moment."""

from collections.abc import Iterable
from datetime import datetime

from rpa.systems import System

Closing = tuple[datetime, str]
"""When a system opens again, and why it is closed, in words."""


class Hours:
    """The opening hours of all systems that have some. They are looked up once a minute, as fine as they are given."""

    def __init__(self, systems: Iterable[System]) -> None:
        self._hours = {one.name: hours for one in systems if (hours := one.opening_hours()) is not None}
        self._minute: datetime | None = None
        self._closed: dict[str, Closing] = {}

    def closed(self, now: datetime) -> dict[str, Closing]:
        """Return the systems that are closed, each with its next opening and with why in words."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            found = {name: hours.closed_until(minute) for name, hours in self._hours.items()}
            self._closed = {name: until for name, until in found.items() if until is not None}
            self._minute = minute
        return self._closed
