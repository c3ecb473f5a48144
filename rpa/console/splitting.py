"""Tells what programs ask for from what people's browsers do: a program shows a token, and bears no cookie."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from rpa.console.api.table import BASE

_MONITORING = ("/metrics", "/health/live", "/health/ready")


@dataclass(frozen=True, slots=True)
class Programs:
    """What answers programs."""

    api: ASGIApp
    monitoring: ASGIApp

    def of(self, path: str) -> ASGIApp | None:
        """Return what answers an address; None if it is a page's."""
        if path == BASE or path.startswith(f"{BASE}/"):
            return self.api
        return self.monitoring if path in _MONITORING else None


class Split:
    """Hands each request to whatever answers it.

    No cookie counts behind an address of programs, so that nothing can be done there by a page of elsewhere.
    """

    def __init__(self, app: ASGIApp, programs: Programs) -> None:
        self._app = app
        self._programs = programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        answering = self._programs.of(scope["path"]) if scope["type"] == "http" else None
        await (answering or self._app)(scope, receive, send)
