"""A relay between workers and PostgreSQL that loses connections around a COMMIT, as a failing network does."""

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from itertools import cycle

from tests.acceptance.survival.relay import Passing, Relay, relaying

_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
_AWAY_SECONDS = 1.0


class Loss(StrEnum):
    """What is lost at a COMMIT."""

    BEFORE = "before"  # the connection, so that the server never sees it
    ANSWER = "answer"  # the answer and the connection: the server has made it
    AFTER = "after"  # nothing of it, but then the server can't be reached for a while


class LosingRelay(Relay):
    """Every `every`-th COMMIT that comes by meets a loss, each kind in turn."""

    def __init__(self, server: tuple[str, int], *, every: int) -> None:
        super().__init__(server, socket.create_server(("127.0.0.1", 0)))
        self.losses = dict.fromkeys(Loss, 0)
        self._every = every
        self._commits = 0
        self._calm = False
        self._next: Iterator[Loss] = cycle(Loss)

    def passing(self) -> Passing:
        """Return what looks for a COMMIT on a new connection."""
        return _Losing(self)

    def calm_down(self) -> None:
        """Lose nothing any more."""
        self._calm = True

    def loss_of_this_commit(self) -> Loss | None:
        """Count a COMMIT, and return what it meets."""
        self._commits += 1
        if self._calm or self._commits % self._every:
            return None
        loss = next(self._next)
        self.losses[loss] += 1
        return loss

    def go_away(self) -> None:
        """Lose every connection, and refuse new ones for a while."""
        self._cut()
        self._loop.call_later(_AWAY_SECONDS, self.mend)


class _Losing(Passing):
    def __init__(self, relay: LosingRelay) -> None:
        self._relay = relay
        self._loss: Loss | None = None

    def asked(self, data: bytes) -> bool:
        if data.endswith(_COMMIT):
            self._loss = self._relay.loss_of_this_commit()
        return self._loss != Loss.BEFORE

    def answered(self, data: bytes) -> bool:
        return self._loss != Loss.ANSWER

    def passed(self) -> None:
        if self._loss == Loss.AFTER:
            self._relay.go_away()


def losing_relay(server: tuple[str, int], *, every: int) -> AbstractContextManager[LosingRelay]:
    """Run such a relay for the length of a block."""
    return relaying(lambda: LosingRelay(server, every=every))
