"""Spans of working time in words: `4 working hours`, `90 working minutes`, `2 working days`."""

import re
from dataclasses import dataclass
from datetime import timedelta

from rpa.exceptions import UsageError

_SPAN = re.compile(r"(\d{1,5})\s+working\s+(minute|hour|day)s?", re.IGNORECASE)
_MOST_DAYS = 1_000


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """Either an amount of working time, or a number of whole working days."""

    time: timedelta = timedelta()
    days: int = 0

    def __post_init__(self) -> None:
        if self.time < timedelta() or self.days < 0 or self.days + self.time / timedelta(days=1) > _MOST_DAYS:
            raise UsageError(f"found {self}, expected from nothing to {_MOST_DAYS:,} working days")

    def __str__(self) -> str:
        return f"{self.days} working days" if self.days else f"{self.time} of working time"


def working_span(text: str) -> WorkingSpan:
    """Return a span of working time.

    Raises:
        UsageError: It isn't one.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise UsageError(
            f"found {text!r}, expected working time such as '4 working hours' or '2 working days', "
            "or a local date or time such as '2026-12-01 12:00'"
        )
    number, unit = int(found[1]), found[2].lower()
    return WorkingSpan(days=number) if unit == "day" else WorkingSpan(time=timedelta(**{f"{unit}s": number}))
