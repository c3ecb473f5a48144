"""Refuses what a page of elsewhere makes a browser send: a change must come from a page of ours."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rpa.console.refusing import Refusal

_READING = frozenset({"GET", "HEAD"})


class Guard:
    """Looks at every change before anything else does; the browser itself says where it comes from."""

    def __init__(self, app: ASGIApp, refusal: Refusal) -> None:
        self._app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with the page that says why not."""
        if scope["type"] != "http" or scope["method"] in _READING or is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await self._refusal(scope)(scope, receive, send)


def is_ours(headers: Headers) -> bool:
    """Return whether a request was sent by a page of the same origin.

    `Sec-Fetch-Site` is set by the browser and by no page; one too old for it sends `Origin` with every change.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return bool(headers.get("host")) and _host(headers.get("origin", "")) == headers["host"].casefold()


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:  # as of an address with half a bracket
        return ""
