"""A relay for TCP: passes bytes on in both directions, in a thread, and can be told not to."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

_CHUNK = 65_536
R = TypeVar("R", bound="Relay")


class Passing:
    """One connection: looks at what comes by, and says whether it goes on."""

    def asked(self, data: bytes) -> bool:
        """Return whether what the client says may pass; if not, the connection is lost."""
        return True

    def answered(self, data: bytes) -> bool:
        """Return whether what the server answers may pass; if not, the connection is lost."""
        return True

    def passed(self) -> None:
        """Take note that an answer was passed on."""


class Relay:
    """Listens on a socket that it is handed, and connects to a server for each client."""

    def __init__(self, server: tuple[str, int], listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self._server = server
        self._listening = listening
        self._is_cut = False
        self._open = set[asyncio.StreamWriter]()
        self._ended = asyncio.Event()
        self._loop = asyncio.new_event_loop()

    def passing(self) -> Passing:
        """Return what looks at a new connection."""
        return Passing()

    def cut(self) -> None:
        """Lose every connection, and refuse new ones; to be called from any thread."""
        self._loop.call_soon_threadsafe(self._cut)

    def mend(self) -> None:
        """Pass on again; to be called from any thread."""
        self._is_cut = False

    def run(self) -> None:
        """Serve until told to end, in this thread."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())

    def end(self) -> None:
        """End serving; to be called from any thread."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _listen(self) -> None:
        async with await asyncio.start_server(self._serve, sock=self._listening):
            await self._ended.wait()

    def _cut(self) -> None:
        self._is_cut = True
        for one in self._open:
            one.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                if not self._is_cut:
                    await self._connect(reader, writer)
        finally:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(*self._server)
        both, passing = {writer, to_server}, self.passing()
        self._open |= both
        asking = asyncio.create_task(_pass_on(reader, to_server, passing.asked, _nothing))
        answering = asyncio.create_task(_pass_on(from_server, writer, passing.answered, passing.passed))
        try:
            await asyncio.wait([asking, answering], return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            answering.cancel()
            self._open -= both
            to_server.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, may_pass: Callable[[bytes], bool],
                   passed: Callable[[], None]) -> None:  # fmt: skip
    with suppress(OSError):
        while (data := await reader.read(_CHUNK)) and may_pass(data):
            writer.write(data)
            await writer.drain()
            passed()


def _nothing() -> None:
    """What is done when what the client says was passed on."""


@contextmanager
def relaying(make: Callable[[], R]) -> Iterator[R]:
    """Run a relay for the length of a block."""
    relay = make()
    thread = threading.Thread(target=relay.run, name="relay")
    thread.start()
    try:
        yield relay
    finally:
        relay.end()
        thread.join()
