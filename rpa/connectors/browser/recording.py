"""Records what a browser does, as Playwright's traces: in pieces, none of which holds a sign-in or a cookie."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from playwright.sync_api import BrowserContext, Error

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
_HIDDEN = "[hidden]"
_MOST_PIECES = 20
"""Of one attempt: a page that recycles its context again and again must not fill the memory."""


class Recording:
    """The pieces of one session's recording. A context that is replaced ends a piece, and so does a sign-in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._running: BrowserContext | None = None
        self._suspended = 0

    def begin(self, context: BrowserContext) -> None:
        """Record a context from now on, unless it is, or a sign-in is under way."""
        if self._running is None and not self._suspended:
            with contextlib.suppress(Error):
                context.tracing.start(screenshots=True, snapshots=True, sources=False)
                self._running = context

    def end(self) -> None:
        """End the piece that is recorded, and keep it; one whose browser is gone is lost."""
        context, self._running = self._running, None
        if context is None:
            return
        with contextlib.suppress(Error, OSError, zipfile.BadZipFile), TemporaryDirectory() as folder:
            path = Path(folder, "trace.zip")
            context.tracing.stop(path=path)
            if len(self._pieces) < _MOST_PIECES:
                self._pieces.append(without_secrets(path.read_bytes()))

    def forget(self) -> None:
        """Let go of a context that ended."""
        self._running = None

    def pieces(self) -> list[bytes]:
        """End the recording and return its pieces, oldest first."""
        self.end()
        pieces, self._pieces = self._pieces, []
        return pieces

    def drop(self) -> None:
        """End the recording, and keep nothing of it."""
        context, self._running, self._pieces = self._running, None, []
        if context is not None:
            with contextlib.suppress(Error):
                context.tracing.stop()

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """Record nothing inside: what is typed there is secret."""
        self.end()
        self._suspended += 1
        try:
            yield
        finally:
            self._suspended -= 1


def without_secrets(trace: bytes) -> bytes:
    """Return a trace without cookies, credentials and what the browser's storage holds; what can't be read is left out.

    Raises:
        BadZipFile: It is no trace.
    """
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(trace)) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith((".trace", ".network", ".stacks")):
                content = b"\n".join(_clean_lines(content)) + b"\n"
            target.writestr(name, content)
    return clean.getvalue()


def _clean_lines(content: bytes) -> Iterator[bytes]:
    for line in content.splitlines():
        with contextlib.suppress(orjson.JSONDecodeError):
            yield orjson.dumps(_clean(orjson.loads(line)))


def _clean(said: Any) -> Any:
    if isinstance(said, list):
        return [_clean(one) for one in said]
    if not isinstance(said, dict):
        return said
    if said.get("type") == "context-options":
        return said | {"options": {}}
    if str(said.get("name", "")).lower() in _SECRET_HEADERS and "value" in said:
        return said | {"value": _HIDDEN}
    # A call's result may be the whole storage; what was read shows on the page as well.
    kept = {key: _clean(value) for key, value in said.items() if key not in ("cookies", "result", "storageState")}
    return kept | {key: [] for key in ("cookies",) if key in said}
