"""One warm browser a worker process, started when first used and replaced when it ends."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator

from loguru import logger
from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import Playwright, sync_playwright

from rpa.connectors.browser.faults import mapped
from rpa.connectors.browser.finder import find_browser
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.browser.process import ProcessTree
from rpa.connectors.browser.refusals import Refusals
from rpa.connectors.browser.session import Session
from rpa.connectors.browser.settings import BrowserSettings
from rpa.secrets.environment import environment_of_children

_SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--dns-prefetch-disable",
    # a dump of the browser's memory holds the pages
    "--disable-breakpad",
    "--disable-crash-reporter",
    # WebRTC would go round the allow-list
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_PATIENCE = 5.0


class Browser:
    """A Chromium that is kept warm, with one session a target system.

    Belongs to the thread that first uses it (a rule of Playwright's); only `kill` may be called from another one.
    """

    def __init__(self, settings: BrowserSettings | None = None) -> None:
        self.settings = settings or BrowserSettings()
        self.guard: Callable[[], None] = lambda: None
        self.refusals = Refusals()
        self._tree = ProcessTree()
        self._sessions: dict[str, Session] = {}
        self._playwright: Playwright | None = None
        self._connection: PlaywrightBrowser | None = None

    def session(self, system_name: str, *, origins: Iterable[str]) -> Session:
        """Return the session of a system; nothing starts before its page is used.

        Args:
            system_name: Whose session; the same name gives the same session, still signed in.
            origins: The system's address first, then the further origins it may load from. All others are blocked.
        """
        if system_name not in self._sessions:
            address, *more = origins
            session = Session(self, system_name, address=address, allowed=AllowList([address, *more]))
            session.recycle_after = self.settings.recycle_after
            self._sessions[system_name] = session
        return self._sessions[system_name]

    def connection(self) -> PlaywrightBrowser:
        """Return Playwright's own browser object, starting the browser if none is running.

        Raises:
            SystemException: `BROWSER_MISSING`, or `BROWSER_CRASHED` if it can't be started.
        """
        if self._connection is None or not self._connection.is_connected():
            self._stop()
            with mapped("starting the browser"):
                self._connection = self._start()
        return self._connection

    def memory(self) -> int:
        """Return the bytes the browser's processes hold together."""
        return self._tree.memory()

    def kill(self) -> None:
        """End the browser's whole process tree at once, from any thread; what was waiting on it raises."""
        self._tree.kill()

    @contextlib.contextmanager
    def killed_when_stuck(self) -> Iterator[None]:
        """End the browser if what is done inside hangs: closing a hung page has no time limit in Playwright."""
        timer = threading.Timer(_PATIENCE, self.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the browser and everything it started; it may be used again and then starts afresh."""
        self._stop()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start(self) -> PlaywrightBrowser:
        # What is read beside the screen trusts whom the machine trusts, as the browser does.
        with environment_of_children(NODE_USE_SYSTEM_CA="1"):
            self._playwright = sync_playwright().start()
        chromium = self._playwright.chromium
        executable = find_browser(
            self.settings.executable, bundled=chromium.executable_path, headless=self.settings.headless
        )
        switches = [*_SWITCHES, self._tree.switch]
        if self.settings.integrated:
            switches.append(f"--auth-server-allowlist={','.join(self.settings.integrated)}")
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if as_root:
            logger.warning("Chromium starts without its sandbox because this process is root; elsewhere it stays on")
        return chromium.launch(
            executable_path=executable, headless=self.settings.headless, args=switches, chromium_sandbox=not as_root
        )

    def _stop(self) -> None:
        for session in self._sessions.values():
            session.forget()
        connection, playwright, self._connection, self._playwright = self._connection, self._playwright, None, None
        # a driver that ended before is no reason not to start a new one
        with contextlib.suppress(Exception), self.killed_when_stuck():
            if connection is not None:
                connection.close()
        with contextlib.suppress(Exception):
            if playwright is not None:
                playwright.stop()
        self.kill()
