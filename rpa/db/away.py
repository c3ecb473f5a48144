"""Waits for a database that is away: restarted, failed over, cut off, or without room on its disk."""

import threading
from collections.abc import Callable
from typing import TypeVar

from loguru import logger
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_delay,
    stop_any,
    stop_never,
    stop_when_event_set,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

T = TypeVar("T")
_LONGEST_WAIT = 15.0
_OWN = "It is the library's own database."
_READ_ONLY = "25006"  # an SQLSTATE


def is_away(error: BaseException) -> bool:
    """Is it the database that can't be reached or can't write now, and not a mistake in what it was asked."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InterfaceError))


def mark_own(error: Exception) -> None:
    """Mark an error as one of the library's own database: a workflow may ask other databases, whose errors are its."""
    error.add_note(_OWN)


def is_own_away(error: BaseException) -> bool:
    """Is it the library's own database that is away, however deep in a workflow that was found out."""
    return is_away(error) and _OWN in getattr(error, "__notes__", ())


def is_read_only(error: BaseException) -> bool:
    """Is it the answer of a PostgreSQL that only follows another: after a failover a fresh connection may find that."""
    return getattr(error, "sqlstate", None) == _READ_ONLY


def if_there(ask: Callable[[], object]) -> bool:
    """Ask once, and return whether the database was there to answer: what can wait is left for another time."""
    try:
        ask()
    except Exception as error:
        if not is_away(error):
            raise
        logger.warning("the database is away: {}", type(error).__name__)
        return False
    return True


def patiently(ask: Callable[[], T], *, until: threading.Event, seconds: float | None = None) -> T:
    """Ask until the database answers, with growing pauses, or until the event is set, or for so many `seconds`.

    Only for what may be asked twice: the answer to a commit may be lost after it was made.

    Raises:
        DBAPIError: The event was set, or the time was over, before the database answered.
    """
    tries = Retrying(
        retry=retry_if_exception(is_away),
        wait=wait_random_exponential(multiplier=0.1, max=_LONGEST_WAIT),
        stop=stop_any(stop_when_event_set(until), stop_never if seconds is None else stop_after_delay(seconds)),
        sleep=sleep_using_event(until),
        before_sleep=_tell,
        reraise=True,
    )
    return tries(ask)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    logger.warning("the database is away ({}); asking again in {:.1f} s", type(error).__name__, wait)
