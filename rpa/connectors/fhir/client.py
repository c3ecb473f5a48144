"""Speaks to one FHIR server: reading is tried again on passing faults, an update is sent once and on condition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx

from rpa.clock import Clock, SystemClock
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.fhir.egress import Egress, mapped
from rpa.connectors.fhir.replies import Busy, check, check_server, is_page, json_of
from rpa.connectors.fhir.server import Server
from rpa.connectors.fhir.tokens import Tokens
from rpa.connectors.fhir.versioned import Versioned, etag_of
from rpa.exceptions import SystemException, UsageError

T = TypeVar("T")
Asked = Mapping[str, str | Sequence[str]]
_JSON = "application/fhir+json"
_PASSING = frozenset({"TIMEOUT", "CONNECTION"})
_FIRST_WAIT = 0.2


class FhirClient:
    """Reads, searches and updates. `tokens` is None for a server without sign-in."""

    def __init__(self, server: Server, egress: Egress, tokens: Tokens | None = None,
                 clock: Clock | None = None) -> None:  # fmt: skip
        if tokens is not None:
            server.check_encrypted()
        self._server = server
        self._egress = egress
        self._tokens = tokens
        self._clock = clock or SystemClock()
        self._http = httpx.Client(transport=egress, timeout=server.limits.timeout, follow_redirects=False,
                                  trust_env=False, headers={"accept": _JSON})  # fmt: skip

    def read(self, kind: str, number: str) -> Versioned:
        """Return one resource.

        Raises:
            BusinessException: `NO_SUCH_RECORD`.
            SystemException: A fault of the server or on the way, or another resource than the one asked for.
        """
        address = self._server.of(kind, _checked(number))
        reply, body = self._patiently(lambda: self._get(address, "reading a resource"))
        found = Versioned(body, reply.headers.get("etag") or etag_of(body))
        if (found.kind, found.id) != (kind, number):
            raise SystemException("the server gave another resource than the one asked for", "WRONG_PATIENT")
        return found

    def search(self, kind: str, asked: Asked) -> list[Versioned]:
        """Return every resource that a search finds, of that type and of those it includes, all pages.

        Raises:
            SystemException: As `read`; `PAGE_UNEXPECTED` for pages that lead in a circle or are too many,
                `ORIGIN_BLOCKED` for a page on another origin.
        """
        found: list[Versioned] = []
        for bundle in self._pages(str(httpx.URL(self._server.of(kind), params=dict(asked)))):
            found += _resources(bundle)
            if len(found) > self._server.limits.resources:
                raise SystemException(f"a search found more than {self._server.limits.resources} resources; narrow it",
                                      "PAGE_UNEXPECTED")  # fmt: skip
        return found

    def update(self, wanted: Versioned) -> None:
        """Write a resource if it still is the version that was read; sent once, so that it is not written twice.

        The answer proves nothing about what was saved: read it back.

        Raises:
            Conflict: It was changed meanwhile; nothing was written.
            BusinessException: `REFUSED_BY_SYSTEM`, `NO_SUCH_RECORD`.
            UsageError: Its version is not known, so that nothing could be written safely.
        """
        if wanted.etag is None:
            raise UsageError(f"the server tells no version of this {wanted.kind}, expected an ETag; nothing is written "
                             "without one")  # fmt: skip
        headers = {"if-match": wanted.etag, "content-type": _JSON}
        address = self._server.of(wanted.kind, _checked(wanted.id))
        # A refused token means that nothing was looked at, and a second one could not be written over the first.
        self._sent("PUT", address, "writing a resource", headers=headers, json=wanted.body)

    def look(self) -> None:
        """Look whether the server answers, once and without a token: even one that asks for it here is well.

        Raises:
            SystemException: It is in trouble, busy, or can't be reached.
        """
        with mapped("looking whether the server answers"):
            reply = self._http.get(self._server.of("metadata"))
        check_server(reply, "looking whether the server answers")

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _pages(self, address: str) -> Iterator[dict[str, Any]]:
        own = AllowList([self._server.base])  # a page goes with our token, so it may be nowhere else
        seen: set[str] = set()
        while address:
            own.check(address)
            if address in seen or len(seen) == self._server.limits.pages:
                said = "lead in a circle" if address in seen else f"are more than {self._server.limits.pages}"
                raise SystemException(f"the pages of a search {said}", "PAGE_UNEXPECTED")
            seen.add(address)
            _, bundle = self._patiently(lambda here=address: self._get(here, "searching"))  # type: ignore[misc]
            if bundle.get("resourceType") != "Bundle":
                raise SystemException("the answer to a search is not a bundle", "PAGE_UNEXPECTED")
            yield bundle
            address = _next(bundle, address)

    def _get(self, address: str, doing: str) -> tuple[httpx.Response, dict[str, Any]]:
        reply = self._sent("GET", address, doing)
        return reply, json_of(reply, doing)

    def _sent(self, method: str, address: str, doing: str, **content: Any) -> httpx.Response:
        """Send a request with the token; one whose token was refused once more, with a fresh one."""
        reply = self._send(method, address, doing, content)
        if self._tokens is not None and (reply.status_code == 401 or (method == "GET" and is_page(reply))):
            self._tokens.drop()
            reply = self._send(method, address, doing, content)
        check(reply, doing)
        return reply

    def _send(self, method: str, address: str, doing: str, content: Mapping[str, Any]) -> httpx.Response:
        headers = dict(content.get("headers", {}))
        if self._tokens is not None:
            headers["authorization"] = f"Bearer {self._tokens.current()}"
        with mapped(doing):
            return self._http.request(method, address, **{**content, "headers": headers})

    def _patiently(self, read: Callable[[], T]) -> T:
        """Read again after passing faults, as late as the server asks for, while patience lasts."""
        if self._tokens is not None:
            self._tokens.current()  # not in the loop: a sign-in that fails is not tried again by itself
        limits, began = self._server.limits, self._clock.monotonic()
        for number in range(1, limits.tries + 1):
            try:
                return read()
            except SystemException as fault:
                wait = _wait(fault, number, self._clock)
                spent = self._clock.monotonic() - began
                if wait is None or number == limits.tries or spent + wait > limits.patience:
                    raise
                self._clock.sleep(wait)
        raise AssertionError("a server has one try at least")


def _wait(fault: SystemException, number: int, clock: Clock) -> float | None:
    if isinstance(fault, Busy):
        asked = fault.seconds(clock)
        return _FIRST_WAIT * number if asked is None else asked
    return _FIRST_WAIT * number if fault.code in _PASSING else None


def _checked(number: str) -> str:
    """Return an id that can be a part of an address and nothing else (FHIR: letters, digits, `-` and `.`)."""
    if not (0 < len(number) <= 64 and number.isascii() and number.replace("-", "").replace(".", "").isalnum()):
        raise UsageError("this can't be the id of a resource, expected up to 64 letters, digits, '-' and '.'")
    return number


def _resources(bundle: dict[str, Any]) -> Iterator[Versioned]:
    for entry in bundle.get("entry") or ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") != "OperationOutcome":
            yield Versioned(resource, etag_of(resource))


def _next(bundle: dict[str, Any], here: str) -> str:
    links = (one for one in bundle.get("link") or () if isinstance(one, dict))
    return next((urljoin(here, str(one["url"])) for one in links if one.get("relation") == "next" and "url" in one), "")
