"""What stands in for a worker's own parts in a rehearsal: bots that the test made, and a clock that doesn't wait."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from rpa.bots import Bot
from rpa.clock import SystemClock
from rpa.exceptions import NotFoundError


class HandedBots:
    """Bots made by the test: real ones, or fakes that have the same methods."""

    def __init__(self, bots: Mapping[type[Bot], Any], *, settle: float = 0.0) -> None:
        self._bots = bots
        self._settle = settle

    def get(self, bot: type[Bot]) -> Any:
        """Return the bot handed in for that class."""
        if bot not in self._bots:
            raise NotFoundError(f"the test handed in no {bot.__name__}; give rehearse(..., bots={{{bot.__name__}: …}})")
        return self._bots[bot]

    def settle(self, bots: tuple[type[Bot], ...]) -> float:
        """Return the settle time the test chose, in seconds."""
        return self._settle

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing: a test looks at its own bots."""
        return iter(())

    def record(self, bots: Collection[type[Bot]], *, always: bool) -> None:
        """Do nothing: a test looks at its own bots."""

    def recorded(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())

    def forget_recorded(self) -> None:
        """Do nothing."""

    def reset(self) -> None:
        """Do nothing: a test's bots keep what they were told."""

    def leave_all_but(self, names: Collection[str]) -> bool:
        """Leave nothing: a test's bots stay signed in."""
        return False

    def probe(self, bot: type[Bot]) -> bool:
        """Find every system well."""
        return True

    def guard(self, check: Callable[[], None]) -> None:
        """Do nothing: nobody else works on the items of a test."""

    def kill(self) -> None:
        """Do nothing: a rehearsal has no watch that ends a browser."""


class PatientClock:
    """The machine's clock, but waiting costs nothing: a retry in ten minutes comes at once."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._ahead = timedelta()

    def now(self) -> Any:
        """Return the present, and whatever was waited for."""
        return self._real.now() + self._ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._real.monotonic() + self._ahead.total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let that many seconds have passed."""
        self._ahead += timedelta(seconds=seconds)
