"""What a writer of a form is handed, and what it says when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from rpa.audit.keys import SealKeys
from rpa.exports.entries import Stored, nobody_listens
from rpa.exports.selection import Selection

FREE_TEXT = ("why", "diagnosis")
"""Facts in words of a person or of a program that reads screens: nobody can tell whom they name."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written."""

    connection: Connection
    """One snapshot of the record."""
    selection: Selection
    payloads: bool
    """Whether what may name a patient is written as well."""
    keys: SealKeys
    at: datetime
    tell: Callable[[int], None] = nobody_listens
    """Is told how many entries were read since the last time."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries were written, and of a pack, what it lacks."""

    entries: int
    unsealed: int = 0
    """Entries that no seal covers."""
    is_signed: bool = True
    """Whether there was a key to sign the list of what belongs to the pack."""


Writer = Callable[[Order, Path], Written]


def facts_of(one: Stored, order: Order) -> dict[str, Any]:
    """Return the facts of an entry; free text only beside the payloads."""
    facts: dict[str, Any] = one.said.get("facts", {})
    return facts if order.payloads else {name: value for name, value in facts.items() if name not in FREE_TEXT}
