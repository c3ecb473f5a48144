"""The one way out: to registered origins only, straight there, with certificates checked, and so much back at most."""

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import httpx

from rpa.clock import Clock, SystemClock
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.fhir.server import Limits
from rpa.exceptions import SystemException

_PLAIN = ("", "identity")

for _name in ("httpx", "httpcore"):  # they tell whole addresses, with what was searched for in them, and headers
    logging.getLogger(_name).setLevel(logging.WARNING)


class Seen(Protocol):
    """Is told of each exchange."""

    def __call__(self, method: str, address: str, status: int, *, sent: bytes, answer: bytes) -> None:
        """Take note of it."""


def _unseen(method: str, address: str, status: int, *, sent: bytes, answer: bytes) -> None:
    """Take no note of it."""


class Egress(httpx.BaseTransport):
    """Sends each request once and follows no redirect.

    It asks no proxy of the environment, and trusts whom the machine trusts. `guard` has the last word before a request
    that may write.
    """

    def __init__(self, allowed: AllowList, limits: Limits, *, inner: httpx.BaseTransport | None = None,
                 clock: Clock | None = None) -> None:  # fmt: skip
        self._allowed = allowed
        self._limits = limits
        self._clock = clock or SystemClock()
        self._inner = inner or httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False, retries=0)
        self.guard: Callable[[], None] = lambda: None
        self.seen: Seen = _unseen

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request if it may be sent, and return its reply, whose body was counted while it was read."""
        self._allowed.check(str(request.url))
        until = self._clock.monotonic() + self._limits.whole_reply
        request.headers["accept-encoding"] = "identity"  # what is packed could be of any size
        if request.method not in ("GET", "HEAD"):
            self.guard()
        reply = self._inner.handle_request(request)
        if reply.headers.get("content-encoding", "") not in _PLAIN:
            raise SystemException("a reply is packed although it was asked not to be", "PAGE_UNEXPECTED")
        assert isinstance(reply.stream, httpx.SyncByteStream)  # noqa: S101 - this transport is never an async one
        counted = _Counted(reply.stream, self._limits.reply_bytes, until, self._clock)
        try:
            body = b"".join(counted)
        finally:
            counted.close()
        self.seen(request.method, str(request.url), reply.status_code, sent=request.read(), answer=body)
        return httpx.Response(reply.status_code, headers=reply.headers, content=body)

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()


class _Counted(httpx.SyncByteStream):
    """A body that ends with a fault where it is too long or takes too long."""

    def __init__(self, stream: httpx.SyncByteStream, most: int, until: float, clock: Clock) -> None:
        self._stream, self._most, self._until, self._clock = stream, most, until, clock

    def __iter__(self) -> Iterator[bytes]:
        left = self._most
        for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise SystemException(f"a reply has more than {self._most} bytes", "PAGE_UNEXPECTED")
            if self._clock.monotonic() > self._until:
                raise SystemException("a reply didn't come in whole within the time allowed", "TIMEOUT")
            yield chunk

    def close(self) -> None:
        self._stream.close()


@contextmanager
def mapped(doing: str) -> Iterator[None]:
    """Raise what goes wrong on the way as a SystemException; `doing` is a fixed phrase, never built from data.

    The network's own errors may quote an address with what was searched for in it.
    """
    try:
        yield
    except httpx.TimeoutException:
        raise SystemException(f"{doing}: there was no answer within the time allowed", "TIMEOUT") from None
    except httpx.HTTPError as error:
        raise _fault(error, doing) from None
    except httpx.InvalidURL:
        raise SystemException(f"{doing}: the server gave an address that isn't one", "PAGE_UNEXPECTED") from None


def _fault(error: httpx.HTTPError, doing: str) -> SystemException:
    if any(isinstance(one, ssl.SSLError) for one in _causes(error)):
        said = "the server's certificate isn't trusted on this machine"
        return SystemException(f"{doing}: {said}", "CERTIFICATE")
    return SystemException(f"{doing}: the connection failed or broke off", "CONNECTION")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        with suppress(IndexError):
            yield from (one for one in error.args[:1] if isinstance(one, BaseException))
        error = error.__cause__ or error.__context__
