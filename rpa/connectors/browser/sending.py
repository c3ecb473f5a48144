"""Sends a form's request exactly once: Chromium by itself sends it again when a connection it had kept is reset."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import BrowserContext, Error, Route

from rpa.connectors.browser.origins import AllowList

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@contextmanager
def sent_once(context: BrowserContext, allowed: AllowList, *, timeout: float) -> Iterator[None]:
    """Let every writing request inside go out by Playwright's own client, which never repeats one.

    Chromium repeats a POST, unasked and unseen, when the server resets a kept-alive connection before it answers: a
    write that was saved is then saved twice (measured on the practice clinic). The answer is handed to the page as if
    Chromium had fetched it; redirects are followed by the page itself.
    """
    waiting: list[Route] = []

    def pass_on(route: Route) -> None:
        if route.request.method in _READS or not allowed.allows(route.request.url):
            route.fallback()  # Chromium cuts off what leads to a foreign origin
            return
        waiting.append(route)
        try:
            route.fulfill(response=route.fetch(max_redirects=0, max_retries=0, timeout=timeout * 1000))
        except Error as error:
            _end(route, "timedout" if "Timeout" in error.message else "connectionreset")
        waiting.remove(route)

    context.route("**/*", pass_on)
    try:
        yield
    finally:
        for route in waiting:  # let go of unanswered, Chromium would send it after all: a second time
            _end(route, "aborted")
        context.unroute("**/*", pass_on)


def _end(route: Route, reason: str) -> None:
    with suppress(Error):  # ended already, or its page is gone
        route.abort(reason)
