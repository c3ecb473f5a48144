"""What is refused to strangers stands in the log, but no more of it than a disk can bear."""

from typing import Any

from loguru import logger

from rpa.clock import Clock
from rpa.console.pace import Pace

MOST = 300
"""Lines a minute."""
_EVERYBODY = 0


class Refusals:
    """Tells the log what nobody in particular was refused."""

    def __init__(self, clock: Clock) -> None:
        self._lines = Pace(clock, MOST)
        self._notices = Pace(clock, 1)

    def tell(self, message: str, *values: Any) -> None:
        """Write a line; where there are too many in a minute, one that says so."""
        if not self._lines.wait(_EVERYBODY):
            logger.opt(depth=1).warning(message, *values)
        elif not self._notices.wait(_EVERYBODY):
            logger.warning("strangers are refused more often than the log tells of")
