"""Refuses a request that says it is larger than may be sent, with a page and not with a connection that breaks off."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rpa.console.refusing import Refusal

_HEARD_OUT = 10
"""So many times what is allowed is read and thrown away: browsers show no answer before they have sent everything."""


class Limit:
    """Looks at the size that a request says it has; whatever says none is counted by what stands behind."""

    def __init__(self, app: ASGIApp, most: int, refusal: Refusal) -> None:
        self._app = app
        self._most = most
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or hear it out and answer that it is too large."""
        if scope["type"] != "http" or _size(scope) <= self._most:
            await self._app(scope, receive, send)
            return
        left = self._most * _HEARD_OUT
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await self._refusal(scope)(scope, receive, send)


def _size(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() else 0
