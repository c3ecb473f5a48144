"""A job and an item, as the model knows them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rpa.states import EffectState, Failure, ItemState, RowEnd

OPEN = (ItemState.PENDING, ItemState.RUNNING)
UNFINISHED = (*OPEN, ItemState.FAILED)
MOST_CRASHES = 3


@dataclass
class ModelItem:
    id: int
    job: int
    workflow: str
    key: str
    data: Mapping[str, Any]
    priority: int
    available_at: datetime
    state: ItemState = ItemState.PENDING
    failure: Failure | None = None
    code: str | None = None
    outcome: str | None = None
    round: int = 1
    attempts: int = 0
    crashes: int = 0
    claims: int = 0
    claim: str | None = None
    worker: str | None = None
    lease_until: datetime | None = None
    intents: set[str] = field(default_factory=set)
    writes: Counter[tuple[str, EffectState]] = field(default_factory=Counter)
    steps: set[tuple[int, str, int]] = field(default_factory=set)
    ends: Counter[str] = field(default_factory=Counter)
    """How its attempts ended."""
    told: Counter[str] = field(default_factory=Counter)
    """What the record says of it, by the name of the event."""

    def open_again(self, now: datetime) -> None:
        self.state, self.round, self.available_at = ItemState.PENDING, self.round + 1, now
        self.attempts = self.crashes = 0
        self.failure = self.code = self.outcome = None

    def end(self, state: ItemState, *, failure: Failure | None = None, code: str | None = None,
            outcome: str | None = None) -> None:  # fmt: skip
        self.state, self.failure, self.code, self.outcome = state, failure, code, outcome
        self.claim = self.worker = self.lease_until = None

    def close_intents(self) -> None:
        """What no read decided is in doubt for ever."""
        for what in self.intents:
            self.writes[what, EffectState.INTENDED] -= 1
            self.writes[what, EffectState.IN_DOUBT] += 1
            self.told["change.in_doubt"] += 1
        self.intents.clear()


@dataclass
class ModelJob:
    id: int
    rows: list[tuple[RowEnd, int | None]]
    """Where each row went, and of which item it is."""
    completions: int = 0
