"""Shows how far the work is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from rpa.clock import Clock

SECONDS_BETWEEN_LINES = 10.0
_WORKING, _WAITING, _CHECKING = "Working", "Waiting for work", "Checking the record"


class WorkProgress:
    """Told of each attempt; writes to stderr, so that stdout holds results only."""

    def __init__(self, clock: Clock, *, quiet: bool = False) -> None:
        self._clock = clock
        self._quiet = quiet
        self._said_at = clock.monotonic()
        self._done = 0
        self._bar = _bar() if sys.stderr.isatty() and not quiet else None
        self._task = None if self._bar is None else self._bar.add_task(_WAITING, total=None)

    def __enter__(self) -> "WorkProgress":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def attempted(self, made: int, still_open: int) -> None:
        """Say how many more attempts were made, and how many items still wait or run."""
        self._done += made
        if self._bar is not None and self._task is not None:
            said = _WORKING if still_open else _WAITING
            self._bar.update(self._task, description=said, completed=self._done, total=self._done + still_open)
        elif not self._quiet and self._clock.monotonic() - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = self._clock.monotonic()
            self.line(f"{self._done:,} attempts made, {still_open:,} items still open")

    def line(self, text: str) -> None:
        """Write a line above the bar."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        elif not self._quiet:
            print(text, file=sys.stderr, flush=True)


class CheckProgress:
    """A bar on a terminal while the record is looked at; nothing elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._bar = _bar() if sys.stderr.isatty() and not quiet else None
        self._task: TaskID | None = None

    def __enter__(self) -> "CheckProgress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, total: int) -> None:
        """Say how many entries there are."""
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(_CHECKING, total=total)

    def reached(self, done: int) -> None:
        """Say how many were looked at."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)

    def end(self) -> None:
        """Take the bar away, before what was found is said."""
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
