"""Puts back in the queue all that failed for one cause, a part at a time, so that others can work meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass

from rpa.exceptions import UsageError
from rpa.lists import Cause, Lists
from rpa.models import Actor, RowRef
from rpa.queue import Queue
from rpa.states import Failure, ItemState
from rpa.views import RowStory

_AT_ONCE = 500
"""Items that are moved in one transaction: workers wait for no longer than that takes."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many items are in the queue again, and which could not be put there."""

    done: int = 0
    refused: tuple[int, ...] = ()
    """Items of which the data was erased meanwhile."""

    def __add__(self, other: "PutBack") -> "PutBack":
        return PutBack(self.done + other.done, self.refused + other.refused)


def put_back(lists: Lists, queue: Queue, cause: Cause, *, by: Actor, why: str,
             also_doubtful: bool = False) -> PutBack:  # fmt: skip
    """Put back every item that failed for a cause, and tell what came of it.

    Each is looked at once: one that fails again meanwhile is not put back again. Whoever was stopped in the middle
    goes on by doing the same again.

    Raises:
        UsageError: Nobody knows whether these items wrote something, and `also_doubtful` is not given.
    """
    if cause.failure is Failure.IN_DOUBT and not also_doubtful:
        raise UsageError(
            f"the items of {cause.workflow} with {cause.code} may have written already, expected that somebody has "
            "looked into the system first; say so to put them back. Nothing was changed"
        )
    total, after = PutBack(), 0
    while some := [one.id for one in lists.items_of(cause, after=after, limit=_AT_ONCE)]:
        total += _moved(queue, some, by=by, why=why)
        after = some[-1]
    return total


def put_back_of_job(lists: Lists, queue: Queue, job_id: int, *, by: Actor, why: str,
                    also_doubtful: bool = False) -> PutBack:  # fmt: skip
    """Put back every item of a job that failed; those whose writes are in doubt only with `also_doubtful`."""
    total = PutBack()
    for doubtful in (False, True) if also_doubtful else (False,):
        after = 0
        while some := lists.failed_in(job_id, doubtful=doubtful, after=after, limit=_AT_ONCE):
            total += _moved(queue, some, by=by, why=why)
            after = some[-1]
    return total


def take_back(lists: Lists, queue: Queue, job_id: int, *, by: Actor, why: str) -> int:
    """Take back every item that a job brought and that waits, and return how many; what runs is finished.

    The rows are read a part at a time, so that a long job needs no more memory than a short one.
    """
    after: RowRef | None = None
    done = 0
    while some := lists.rows(job_id, after=after, limit=_AT_ONCE):
        if waiting := _waiting_of(job_id, some):
            done += queue.cancel(waiting, by=by, why=why, only=ItemState.PENDING)
        after = some[-1].place
    return done


def _waiting_of(job_id: int, rows: Iterable[RowStory]) -> list[int]:
    """Return which items of these rows wait and are the job's own: several rows may be one item."""
    found = {one.item.id: one.item for one in rows if one.item is not None}
    return [one.id for one in found.values() if one.job_id == job_id and one.state is ItemState.PENDING]


def _moved(queue: Queue, items: list[int], *, by: Actor, why: str) -> PutBack:
    try:
        return PutBack(queue.retry(items, by=by, why=why, only=ItemState.FAILED))
    except UsageError:  # one of them can't be put back, and nothing was: the others are not held up by it
        return _one_by_one(queue, items, by=by, why=why)


def _one_by_one(queue: Queue, items: Iterable[int], *, by: Actor, why: str) -> PutBack:
    total = PutBack()
    for one in items:
        try:
            total += PutBack(queue.retry([one], by=by, why=why, only=ItemState.FAILED))
        except UsageError:
            total += PutBack(refused=(one,))
    return total
