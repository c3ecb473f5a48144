"""Turns every fault of Playwright and the network into a SystemException without a word of the page in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, TimeoutError

from rpa.exceptions import SystemException

CERTIFICATE_ERROR = "Playwright client-certificate error:"
"""How a page begins that Playwright makes where a connection with a client certificate fails."""
_CERTIFICATE = "the server's certificate isn't trusted on this machine, or the server doesn't take ours"

_RULES: tuple[tuple[str, str, str], ...] = (
    (r"ERR_PROXY_CONNECTION_FAILED|ERR_TUNNEL", "ORIGIN_BLOCKED", "went to an origin that isn't allowed; add it to the "
     "system's origins if it belongs there"),
    (r"ERR_CERT|ERR_SSL|ERR_BAD_SSL|certificate|SSL alert", "CERTIFICATE", _CERTIFICATE),
    (r"crashed|has been closed|[Cc]onnection closed|Browser closed|disconnected|Failed to launch",
     "BROWSER_CRASHED", "the browser ended; the next use starts a fresh one"),
    (r"net::ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT|Timeout \d+ms|Request timed out", "TIMEOUT",
     "there was no answer within the time allowed"),
    (r"net::ERR_|ECONN|socket hang up|ENOTFOUND|EPIPE|Parse Error|aborted", "CONNECTION",
     "the connection failed or broke off"),
    (r"strict mode violation", "PAGE_UNEXPECTED", "several places on the page match where one was expected"),
)  # fmt: skip


@contextmanager
def mapped(doing: str) -> Iterator[None]:
    """Raise what goes wrong inside as a SystemException that says what was being done.

    `doing` is a fixed phrase ("opening a page"), never built from data.
    """
    try:
        yield
    except Error as error:
        # "from None": Playwright's own text quotes the page, and so would every log of a chained exception
        raise _fault(error, doing) from None
    except Exception as error:
        if not str(error).startswith("Connection closed"):  # the driver ended: Playwright raises a bare Exception
            raise
        raise SystemException(f"{doing}: the browser's driver ended; the next use starts it afresh",
                              "BROWSER_CRASHED") from None  # fmt: skip


def certificate_fault(doing: str) -> SystemException:
    """Return the fault of a connection that failed for one of the two certificates."""
    return SystemException(f"{doing}: {_CERTIFICATE}", "CERTIFICATE")


def check_status(status: int, doing: str) -> None:
    """Raise `HTTP_…` for an answer that says the server is in trouble (5xx) or asks for patience (408, 425, 429)."""
    if status >= 500 or status in {408, 425, 429}:
        raise SystemException(f"{doing}: the server answered {status}, expected a page", f"HTTP_{status}")


def _fault(error: Error, doing: str) -> SystemException:
    for pattern, code, meaning in _RULES:
        if re.search(pattern, error.message):
            if code == "TIMEOUT" and isinstance(error, TimeoutError):
                break
            return SystemException(f"{doing}: {meaning}", code)
    if isinstance(error, TimeoutError):
        return SystemException(f"{doing}: what was waited for didn't appear within the time allowed", "TIMEOUT")
    return SystemException(f"{doing}: the browser refused; look at the screenshot of this attempt", "PAGE_UNEXPECTED")
