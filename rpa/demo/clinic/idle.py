"""Ends a clinic that outlives whoever started it, once nobody has asked it anything for a while."""

import os
import threading

from starlette.types import ASGIApp, Receive, Scope, Send

from rpa.clock import Clock

_LOOK_SECONDS = 1.0


class Idle:
    """Wraps the web application and remembers when it was last asked something."""

    def __init__(self, application: ASGIApp, clock: Clock, *, limit: float) -> None:
        self._application = application
        self._clock = clock
        self._limit = limit
        self._asked_at = clock.monotonic()
        threading.Thread(target=self._watch, name="idle-watch", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        self._asked_at = self._clock.monotonic()
        await self._application(scope, receive, send)

    def _watch(self) -> None:
        while self._clock.monotonic() - self._asked_at < self._limit:
            self._clock.sleep(_LOOK_SECONDS)
        os._exit(0)
