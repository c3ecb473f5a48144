"""What an event of the record says: an envelope without personal data, and an erasable payload beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rpa.models import Actor

SCHEMA = 1


def own_words(why: str | None) -> dict[str, str] | None:
    """Return the payload for a person's reason: his own words can name somebody, so they are never in the facts."""
    return None if why is None else {"why": why}


@dataclass(frozen=True, slots=True)
class Event:
    """One fact to append.

    `name` is dotted and in the past tense (`item.completed`). `facts` go into the chain for ever and hold no personal
    data; `payload` is committed to by the chain but stored apart, so that it can be erased. `subject` is the pseudonym
    of the item's key.
    """

    name: str
    actor: Actor
    item_id: int | None = None
    attempt: int | None = None
    subject: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] | None = None
