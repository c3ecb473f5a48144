"""Keeps one browser context and its page for a session: opens, recycles, resets and replaces them."""

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, Error, Page, ProxySettings, StorageState

from rpa.connectors.browser.access import Access
from rpa.connectors.browser.faults import mapped
from rpa.connectors.browser.gateway import Gateway
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.browser.recording import Recording
from rpa.connectors.browser.sending import sent_once
from rpa.connectors.browser.settings import BrowserSettings
from rpa.exceptions import SystemException

_MEMORY_EVERY = 10  # page loads between two looks at the memory: one look costs about as much as a page load


class Host(Protocol):
    """What a context needs of the browser it lives in."""

    settings: BrowserSettings
    guard: Callable[[], None]
    """Called right before something is sent; raises when it may not be."""

    def connection(self) -> PlaywrightBrowser:
        """Return Playwright's browser, started."""

    def memory(self) -> int:
        """Return the bytes the browser holds."""

    def killed_when_stuck(self) -> AbstractContextManager[None]:
        """End the browser if what is done inside hangs."""

    def close(self) -> None:
        """End the browser; the next use starts a fresh one."""


class ContextKeeper:
    """One context, replaced after a count of page loads or above a memory limit with its cookies carried over."""

    def __init__(self, host: Host, allowed: AllowList, *, on_page: Callable[[Page], None]) -> None:
        self.recycle_after = 50
        self._access = Access()
        self._gateway: Gateway | None = None
        self._host = host
        self._allowed = allowed
        self._on_page = on_page
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._state: StorageState | None = None
        self._tab_state: dict[str, Any] = {}
        self._loads = 0
        self._recording: Recording | None = None

    @property
    def context(self) -> BrowserContext:
        """The live context; opened if there is none or the browser ended."""
        connection = self._host.connection()
        if self._context is None or self._context.browser is not connection:
            self._open(connection)
        assert self._context is not None  # noqa: S101 - just opened
        if self._recording is not None:
            self._recording.begin(self._context)
        return self._context

    @property
    def page(self) -> Page:
        """The page bots work on; a fresh one if the last was closed or crashed."""
        try:
            return self._opened()
        except SystemException as fault:
            if fault.code != "BROWSER_CRASHED":
                raise
        self._host.close()  # the driver ended, which Playwright doesn't notice by itself
        return self._opened()

    @property
    def recording(self) -> Recording | None:
        """What records the context, and those that take its place; None while nothing is recorded."""
        return self._recording

    @recording.setter
    def recording(self, recording: Recording | None) -> None:
        self._recording = recording

    @property
    def access(self) -> Access:
        """What the browser itself answers the system with."""
        return self._access

    @access.setter
    def access(self, access: Access) -> None:
        if access != self._access:  # a context keeps what it was opened with
            self._close_context()
        self._access = access

    @contextlib.contextmanager
    def sent_once(self) -> Iterator[None]:
        """Let what is sent inside be sent once, whatever becomes of the connection."""
        if not self._access.by_connection:
            # the request must give up before the page does, so that nothing is left on its way
            with sent_once(self.context, self._allowed, timeout=self.timeout):
                yield
            return
        _ = self.context
        assert self._gateway is not None  # noqa: S101 - such a context has one
        with self._gateway.sent_once():
            try:
                yield
            except BaseException:
                self.reset()  # ends a request that still waits, before the way to the system is open again
                raise

    @property
    def timeout(self) -> float:
        """Seconds an action may take."""
        return self._host.settings.timeout

    @property
    def is_open(self) -> bool:
        """Is a page open, without opening one."""
        return self._page is not None and not self._page.is_closed()

    def count_load(self) -> None:
        """Note that a page is about to be loaded, and replace the context first if it is due."""
        self._loads += 1
        if self._context is not None and self._is_due():
            self.remember()
            self._close_context()

    def remember(self) -> None:
        """Keep cookies and storage as they are now, so that they outlive a recycling and a crash."""
        with mapped("keeping the session's cookies"):
            self._state = self.context.storage_state()
            if self._page is not None and not self._page.is_closed():
                # kept per tab by the browser and so not part of the storage state
                self._tab_state = self._page.evaluate("() => ({origin: location.origin, items: {...sessionStorage}})")

    def forget_state(self) -> None:
        """Drop cookies and storage, as before a fresh sign-in."""
        self._state, self._tab_state = None, {}
        self._close_context()

    def reset(self) -> None:
        """Close every page with its dialogs, popups and half-filled forms; the next use opens a fresh one."""
        if self._context is None:
            return
        with contextlib.suppress(Error), self._host.killed_when_stuck():
            for page in self._context.pages:
                page.close()
        self._page = None

    def forget(self) -> None:
        """Let go of everything live, without touching the browser: it ended or is about to."""
        self._context = self._page = None
        self._loads = 0
        if self._recording is not None:
            self._recording.forget()
        if self._gateway is not None:
            self._gateway.close()
            self._gateway = None

    def _opened(self) -> Page:
        context = self.context
        if self._page is None or self._page.is_closed():
            with mapped("opening a page"):
                self._page = context.new_page()
                self._watch(self._page)
        return self._page

    def _is_due(self) -> bool:
        if self._loads > self.recycle_after:
            return True
        return self._loads % _MEMORY_EVERY == 0 and self._host.memory() > self._host.settings.memory_limit

    def _open(self, connection: PlaywrightBrowser) -> None:
        with mapped("opening a browser context"):
            self._context = connection.new_context(
                proxy=self._proxy(), storage_state=self._state, accept_downloads=True,
                **self._access.options(self._allowed.addresses),
            )  # fmt: skip
            milliseconds = self._host.settings.timeout * 1000
            self._context.set_default_timeout(milliseconds)
            if self._tab_state.get("items"):
                self._context.add_init_script(_restore(self._tab_state))
        self._page, self._loads = None, 0

    def _proxy(self) -> ProxySettings:
        if not self._access.needs_gateway:
            return self._allowed.proxy()
        self._gateway = self._gateway or Gateway(self._allowed)
        return {"server": self._gateway.address}

    def _close_context(self) -> None:
        context = self._context
        if self._recording is not None:
            self._recording.end()
        self.forget()
        if context is not None:
            with contextlib.suppress(Error), self._host.killed_when_stuck():
                context.close()

    def _watch(self, page: Page) -> None:
        page.on("crash", lambda crashed: self._drop(crashed))
        self._on_page(page)

    def _drop(self, crashed: Page) -> None:
        if self._page is crashed:
            self._page = None


def _restore(tab_state: dict[str, Any]) -> str:
    return f"""(kept => {{
        if (location.origin !== kept.origin || sessionStorage.length) return;
        for (const [key, value] of Object.entries(kept.items)) sessionStorage.setItem(key, value);
    }})({json.dumps(tab_state)})"""
