"""Puts a fault between the clinic and whoever asked: waits, error pages, held, cut and reset connections."""

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rpa.demo.clinic.faults import Fault, FaultBook, Handling, Reply

FAULT = "clinic.fault"
"""Where a request's scope holds the fault it meets."""

CONTROL = "/control/"
"""The start of addresses that meet no fault, so that a fault can be put out of force."""

Sending = Callable[[list[Message], Fault, Receive, Send], Awaitable[None]]


class Delivery:
    """The clinic as it is met from outside: the pages, with their faults."""

    def __init__(self, pages: ASGIApp, book: FaultBook, *, whole: Callable[[Scope], bool]) -> None:
        """Put the book's faults in front of the pages, except for requests that `whole` is true of."""
        self._pages = pages
        self._book = book
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL) or self._whole(scope):
            return await self._pages(scope, receive, send)
        fault = self._book.take(scope["method"], scope["path"])
        await asyncio.sleep(fault.delay)
        reply = [] if fault.handling is Handling.SKIPPED else await self._handle({**scope, FAULT: fault}, receive)
        await REPLIES[fault.reply](reply, fault, receive, send)

    async def _handle(self, scope: Scope, receive: Receive) -> list[Message]:
        reply: list[Message] = []

        async def keep(message: Message) -> None:
            reply.append(message)

        await self._pages(scope, receive, keep)
        return reply


async def _whole(reply: list[Message], fault: Fault, receive: Receive, send: Send) -> None:
    for message in reply:
        await send(message)


async def _error(reply: list[Message], fault: Fault, receive: Receive, send: Send) -> None:
    body = f"<!doctype html><title>Error</title><h1>Error {fault.status}</h1><p>Something went wrong.".encode()
    await send(_start(fault.status, len(body)))
    await send({"type": "http.response.body", "body": body})


async def _held(reply: list[Message], fault: Fault, receive: Receive, send: Send) -> None:
    try:
        await asyncio.wait_for(_gone(receive), fault.seconds)
    except TimeoutError:
        _transport(send).abort()


async def _half(reply: list[Message], fault: Fault, receive: Receive, send: Send) -> None:
    # A redirect has no body to cut, and a browser would follow it: so the cut is always made in a page.
    body = b"".join(message.get("body", b"") for message in reply) or b"<!doctype html><title>Saved</title><h1>Saved"
    await send(_start(200, len(body)))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    _transport(send).close()


async def _reset(reply: list[Message], fault: Fault, receive: Receive, send: Send) -> None:
    transport = _transport(send)
    # Lingering for no time makes the system send a reset instead of an orderly end.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    transport.abort()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(status: int, length: int) -> Message:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(length).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}


def _transport(send: Send) -> asyncio.Transport:
    # ASGI has no word for breaking a connection; uvicorn's `send` is a method of the object that holds it.
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport


LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
REPLIES: Mapping[Reply, Sending] = {
    Reply.WHOLE: _whole,
    Reply.ERROR: _error,
    Reply.HELD: _held,
    Reply.HALF: _half,
    Reply.RESET: _reset,
}
