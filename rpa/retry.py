"""When a failed attempt is made again: the queue counts attempts, and waits longer after each."""

import re
from dataclasses import dataclass
from datetime import timedelta

from rpa.exceptions import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(span: str) -> float:
    """Return the seconds of a span such as `90s`, `2m`, `1.5h` or `1d`.

    Raises:
        UsageError: It isn't one.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", span.strip())
    if found is None:
        raise UsageError(f"{span!r} is not a span of time, expected a number and s, m, h or d, such as '90s' or '2m'")
    return float(found[1]) * _UNITS[found[2]]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a technical fault is tried again: `attempts` in all, `wait` before the second, twice that each time."""

    attempts: int = 3
    wait: str = "1m"
    longest: str = "30m"

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise UsageError(f"found {self.attempts} attempts, expected at least 1")
        seconds_of(self.wait), seconds_of(self.longest)

    def after(self, attempt: int, jitter: float) -> timedelta | None:
        """Return the wait after that attempt; None if it was the last."""
        return self.delay(attempt, jitter) if attempt < self.attempts else None

    def delay(self, attempt: int, jitter: float) -> timedelta:
        """Return the wait after that attempt; `jitter` from 0 to 1 spreads it over half to the whole of it."""
        whole = min(seconds_of(self.wait) * 2 ** (attempt - 1), seconds_of(self.longest))
        return timedelta(seconds=whole * (0.5 + jitter / 2))
