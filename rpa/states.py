"""The states of jobs and items, and every move between them that is allowed; `rpa.queue` alone makes a move."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rpa.exceptions import RpaError


class ItemState(StrEnum):
    """Where an item stands. Every item is in exactly one."""

    PENDING = "pending"
    """Waits for a slot, from its `available_at` on. Ended by claim or cancel."""
    RUNNING = "running"
    """One slot holds it under a lease and a fresh claim id. Ended by finish, defer or rescue."""
    COMPLETED = "completed"
    """Done. Final: new work under the same key is a new item."""
    FAILED = "failed"
    """A person decides; `Failure` and a code say why. Ended by retry or cancel."""
    CANCELLED = "cancelled"
    """A person took it back. Ended by retry."""


class Failure(StrEnum):
    """Why an item failed."""

    BUSINESS = "business"
    """The data or the rule said no; never retried by itself."""
    SYSTEM = "system"
    """A technical fault that outlived its retries."""
    IN_DOUBT = "in_doubt"
    """A write may or may not have happened and no read could tell."""


class Taken(StrEnum):
    """In which way a person took an item back that needed one; a cancelled item's outcome."""

    BY_HAND = "done by hand"
    """He did himself what the robot could not."""
    LEFT_OUT = "left out"
    """Nobody does it."""


class JobState(StrEnum):
    """Where a job stands."""

    OPEN = "open"
    """Has items that wait or run."""
    COMPLETED = "completed"
    """No item waits or runs, and its totals balance. A retry opens it again."""


class RowEnd(StrEnum):
    """Where a row of a sent sheet went when its job was submitted."""

    ITEM = "item"
    """It is, or is part of, an item; the item's state says how it ended."""
    REJECTED = "rejected"
    """A cell broke a rule; it never became an item."""
    DUPLICATE = "duplicate"
    """Its item is already waiting or running, or another row of the job has the same key."""
    LEFT_OUT = "left_out"
    """A returned workbook's row that was not marked to be sent again."""


class EffectState(StrEnum):
    """How far a write to a target system got."""

    INTENDED = "intended"
    """Recorded, and perhaps done: the only state that is not an ending."""
    MADE = "made"
    """Done, and read back."""
    CONFIRMED = "confirmed"
    """Found done by a later attempt; not done again."""
    ABSENT = "absent"
    """Found not done by a later attempt, or refused by the system."""
    IN_DOUBT = "in_doubt"
    """No read could tell; a person decides."""
    ALREADY = "already"
    """Was right before; nothing was written."""
    PLANNED = "planned"
    """Would be written; the job is a dry run."""


class Move(StrEnum):
    """What may happen to an item."""

    SUBMIT = "submit"
    CLAIM = "claim"
    FINISH = "finish"
    DEFER = "defer"
    RESCUE = "rescue"
    CANCEL = "cancel"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Passage:
    """The states a move may start from and end in. No start means the item is new."""

    starts: frozenset[ItemState]
    ends: frozenset[ItemState]


def _passage(starts: str, ends: str) -> Passage:
    return Passage(frozenset(map(ItemState, starts.split())), frozenset(map(ItemState, ends.split())))


ALLOWED: Mapping[Move, Passage] = {
    Move.SUBMIT: _passage("", "pending completed failed"),
    Move.CLAIM: _passage("pending", "running"),
    Move.FINISH: _passage("running", "pending completed failed"),
    Move.DEFER: _passage("running", "pending"),
    Move.RESCUE: _passage("running", "pending failed"),
    Move.CANCEL: _passage("pending failed", "cancelled"),
    Move.RETRY: _passage("failed cancelled", "pending"),
}


def check_move(move: Move, end: ItemState) -> frozenset[ItemState]:
    """Return the states `move` may start from, to guard the update that makes it.

    Raises:
        RpaError: The move may not end there: a mistake in the program.
    """
    passage = ALLOWED[move]
    if end not in passage.ends:
        allowed = ", ".join(sorted(passage.ends))
        raise RpaError(f"{move} may not end in {end}, expected one of {allowed}")
    return passage.starts
