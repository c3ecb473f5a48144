"""Headers of every answer: what the browser may load and run, and that no copy of a page is kept."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rpa.console.assets import ASSETS, STATIC

NONCE = "rpa.nonce"
"""Where a request has the word that its own scripts bear."""
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self' 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TRACE_VIEWER = "/trace-viewer/"
"""Where the viewer of traces is. It draws pages as they were from what it makes itself, which no other page may."""
_POLICY_OF_VIEWER = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self'; font-src 'self' data:; worker-src 'self'; "
    "frame-src 'self' blob: data:; manifest-src 'self'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ONE_YEAR = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Puts them on, whatever answers."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        self._is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = scope[NONCE] = secrets.token_urlsafe(16)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put_on(MutableHeaders(scope=message), scope["path"], nonce)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _put_on(self, headers: MutableHeaders, path: str, nonce: str) -> None:
        for name, value in _ALWAYS.items():
            headers[name] = value
        policy = _POLICY_OF_VIEWER if path.startswith(TRACE_VIEWER) else _POLICY.format(nonce=nonce)
        headers["Content-Security-Policy"] = policy
        if self._is_secure:
            headers["Strict-Transport-Security"] = _ONE_YEAR
        if path.startswith((f"{ASSETS}/", f"{STATIC}/")):
            headers["Cache-Control"] = "no-cache"  # asked for each time, and answered with 304
        else:
            headers["Cache-Control"] = "no-store"  # a page may hold a patient's data
