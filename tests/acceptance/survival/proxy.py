"""A proxy between workers and PostgreSQL that loses connections around a COMMIT, as a failing network does."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle

_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
_CHUNK = 65_536
_AWAY_SECONDS = 1.0


class Loss(StrEnum):
    """What is lost at a COMMIT."""

    BEFORE = "before"  # the connection, so that the server never sees it
    ANSWER = "answer"  # the answer and the connection: the server has made it
    AFTER = "after"  # nothing of it, but then the server can't be reached for a while


@dataclass(slots=True)
class Proxy:
    """Passes bytes on in both directions. Every `every`-th COMMIT that comes by meets a loss, each kind in turn."""

    server: tuple[str, int]
    every: int
    losses: dict[Loss, int] = field(default_factory=lambda: dict.fromkeys(Loss, 0))
    port: int = 0
    _commits: int = 0
    _calm: bool = False
    _away: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _next: Iterator[Loss] = field(default_factory=lambda: cycle(Loss))

    def calm_down(self) -> None:
        """Lose nothing any more."""
        self._calm = True

    async def listen(self, listening: threading.Event, ended: asyncio.Event) -> None:
        """Serve until told that it has ended."""
        async with await asyncio.start_server(self._serve, "127.0.0.1") as server:
            self.port = server.sockets[0].getsockname()[1]
            listening.set()
            await ended.wait()
            self._cut_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                if not self._away:
                    await self._connect(reader, writer)
        finally:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(*self.server)
        self._open |= {writer, to_server}
        connection = Connection(self)
        to, back = connection.pass_on(reader, to_server), connection.give_back(from_server, writer)
        tasks = [asyncio.create_task(to), asyncio.create_task(back)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in tasks:
                one.cancel()
            self._open -= {writer, to_server}
            to_server.transport.abort()

    def loss_of_this_commit(self) -> Loss | None:
        """Count a COMMIT, and return what it meets."""
        self._commits += 1
        if self._calm or self._commits % self.every:
            return None
        loss = next(self._next)
        self.losses[loss] += 1
        return loss

    def go_away(self) -> None:
        """Cut every connection, and refuse new ones for a while."""
        self._away = True
        self._cut_all()
        asyncio.get_running_loop().call_later(_AWAY_SECONDS, self._come_back)

    def _come_back(self) -> None:
        self._away = False

    def _cut_all(self) -> None:
        for one in self._open:
            one.transport.abort()


@dataclass(slots=True)
class Connection:
    """One connection of a worker."""

    proxy: Proxy
    _loss: Loss | None = None

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what the worker says, until it or its COMMIT is lost."""
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if data.endswith(_COMMIT):
                    self._loss = self.proxy.loss_of_this_commit()
                if self._loss == Loss.BEFORE:
                    return
                writer.write(data)
                await writer.drain()

    async def give_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what the server answers, until it or its answer to a COMMIT is lost."""
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self._loss == Loss.ANSWER:
                    return
                writer.write(data)
                await writer.drain()
                if self._loss == Loss.AFTER:
                    self.proxy.go_away()
                    return


@contextmanager
def losing_proxy(server: tuple[str, int], *, every: int) -> Iterator[Proxy]:
    """Yield a proxy that listens on this machine for the length of a block."""
    proxy, loop = Proxy(server, every), asyncio.new_event_loop()
    listening, ended = threading.Event(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(proxy.listen(listening, ended)), name="proxy")
    thread.start()
    try:
        assert listening.wait(10)
        yield proxy
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
