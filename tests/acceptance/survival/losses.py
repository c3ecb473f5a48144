"""A relay between workers and PostgreSQL that loses connections around a COMMIT, as a failing network does."""

import re
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from itertools import count, cycle, product

from tests.acceptance.survival.relay import Passing, Relay, relaying

_ALONE = b"Q\x00\x00\x00\x0bCOMMIT\x00"
_PREPARED = re.compile(rb"P.{4}([^\x00]+)\x00COMMIT\x00", re.DOTALL)
_AWAY_SECONDS = 1.0


class Sent(StrEnum):
    """How a COMMIT is sent."""

    ALONE = "alone"  # what only reads, or gives a sign of life
    WITH_OTHERS = "with others"  # in one message with what it commits: the moves of items, and the record


class Loss(StrEnum):
    """What is lost at a COMMIT."""

    BEFORE = "before"  # the connection, so that the server never sees it
    ANSWER = "answer"  # the answer and the connection: the server has made it
    AFTER = "after"  # nothing of it, but then the server can't be reached for a while


class LosingRelay(Relay):
    """Every so many COMMITs that come by meet a loss, each kind in turn; those of either way to send counted apart."""

    def __init__(self, server: tuple[str, int], *, every: dict[Sent, int]) -> None:
        super().__init__(server, socket.create_server(("127.0.0.1", 0)))
        self.losses = dict.fromkeys(product(Sent, Loss), 0)
        self._every = every
        self._commits = {sent: count(1) for sent in Sent}
        self._calm = False
        self._next: dict[Sent, Iterator[Loss]] = {sent: cycle(Loss) for sent in Sent}

    def passing(self) -> Passing:
        """Return what looks for a COMMIT on a new connection."""
        return _Losing(self)

    def calm_down(self) -> None:
        """Lose nothing any more."""
        self._calm = True

    def loss_of_this_commit(self, sent: Sent) -> Loss | None:
        """Count a COMMIT, and return what it meets."""
        if next(self._commits[sent]) % self._every[sent] or self._calm:
            return None
        loss = next(self._next[sent])
        self.losses[sent, loss] += 1
        return loss

    def go_away(self) -> None:
        """Lose every connection, and refuse new ones for a while."""
        self._cut()
        self._loop.call_later(_AWAY_SECONDS, self.mend)


class _Losing(Passing):
    def __init__(self, relay: LosingRelay) -> None:
        self._relay = relay
        self._loss: Loss | None = None
        self._prepared: bytes | None = None

    def asked(self, data: bytes) -> bool:
        sent = self._commit_in(data)
        if sent is not None:
            self._loss = self._relay.loss_of_this_commit(sent)
        return self._loss != Loss.BEFORE

    def _commit_in(self, data: bytes) -> Sent | None:
        """Find a COMMIT: in its own words, or by the name under which this connection prepared it."""
        if data.endswith(_ALONE):
            return Sent.ALONE
        if prepared := _PREPARED.search(data):
            self._prepared = prepared[1]
        bound = self._prepared is not None and b"\x00" + self._prepared + b"\x00" in data
        return Sent.WITH_OTHERS if bound else None

    def answered(self, data: bytes) -> bool:
        return self._loss != Loss.ANSWER

    def passed(self) -> None:
        if self._loss == Loss.AFTER:
            self._relay.go_away()


def losing_relay(server: tuple[str, int], *, every: dict[Sent, int]) -> AbstractContextManager[LosingRelay]:
    """Run such a relay for the length of a block."""
    return relaying(lambda: LosingRelay(server, every=every))
