"""Waits for a database that is away: restarted, failed over, cut off, or without room on its disk."""

import threading
from collections.abc import Callable
from typing import TypeVar

from loguru import logger
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_when_event_set, wait_random_exponential
from tenacity.nap import sleep_using_event

T = TypeVar("T")
_LONGEST_WAIT = 15.0


def is_away(error: BaseException) -> bool:
    """Is it the database that can't be reached or can't write now, and not a mistake in what it was asked."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InterfaceError))


def patiently(ask: Callable[[], T], *, until: threading.Event) -> T:
    """Ask until the database answers, with growing pauses, or until the event is set.

    Only for what may be asked twice: the answer to a commit may be lost after it was made.

    Raises:
        DBAPIError: The event was set before the database answered.
    """
    tries = Retrying(
        retry=retry_if_exception(is_away),
        wait=wait_random_exponential(multiplier=0.1, max=_LONGEST_WAIT),
        stop=stop_when_event_set(until),
        sleep=sleep_using_event(until),
        before_sleep=_tell,
        reraise=True,
    )
    return tries(ask)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    logger.warning("the database is away ({}); asking again in {:.1f} s", type(error).__name__, wait)
