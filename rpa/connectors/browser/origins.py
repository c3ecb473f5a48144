"""The origins a session may talk to; everything else is cut off below the page, at no cost to what is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from playwright.sync_api import ProxySettings

from rpa.exceptions import SystemException, UsageError

_PORTS = {"http": 80, "https": 443}
_NOWHERE = "http://127.0.0.1:1"  # nothing listens on port 1, so what is sent there fails at once


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an address."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address: str) -> "Origin":
        """Read it from an address.

        Raises:
            UsageError: The address isn't an http or https one.
        """
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(f"{address!r} is not the address of a web system; expected https://host or http://host")
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])

    def __str__(self) -> str:
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{place}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def is_named(self) -> bool:
        """Whether its host is a name and not an IP address."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False

    @property
    def is_this_machine(self) -> bool:
        """Whether nobody but this machine can see what goes there."""
        return self.host == "localhost" if self.is_named else ip_address(self.host).is_loopback

    @property
    def host_and_port(self) -> str:
        """As a proxy's bypass list writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class AllowList:
    """Which origins a session may reach, on the screen (pages, frames, popups, redirects) and beside it.

    On the screen it is a proxy that leads nowhere, with the allowed origins as its exceptions: Chromium's own network
    stack decides, so nothing of an allowed page passes through Python (a `route()` on every request costs 6 to 35 %).
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        self._origins = tuple(dict.fromkeys(map(Origin.of, addresses)))

    @property
    def addresses(self) -> list[str]:
        """The allowed origins as addresses without a path, in the order they were given in."""
        return [str(one) for one in self._origins]

    def allows(self, url: str) -> bool:
        """Is the address of an allowed origin."""
        return Origin.of(url) in self._origins

    def allows_host(self, host: str, port: int) -> bool:
        """Is there an allowed origin at this host and port."""
        return any((one.host, one.port) == (host, port) for one in self._origins)

    def check(self, url: str) -> None:
        """Raise `ORIGIN_BLOCKED` unless the address is of an allowed origin."""
        if not self.allows(url):
            raise SystemException(
                "a request or redirect went to an origin that isn't allowed; add it to the system's origins if it "
                "belongs there",
                "ORIGIN_BLOCKED",
            )

    def proxy(self) -> ProxySettings:
        """Return the proxy for a browser context."""
        return {"server": _NOWHERE, "bypass": ",".join([*self._for_driver(), "<-loopback>", *self._for_browser()])}

    def _for_driver(self) -> list[str]:
        # Playwright's request route knows hosts only, and matches by ending; each redirect is checked in Python.
        # Chromium reads a bare label as a whole host name, so "uk" opens nothing; for loopback addresses the
        # "<-loopback>" that follows takes the bare name back.
        return sorted({origin.host.rpartition(".")[2] for origin in self._origins})

    def _for_browser(self) -> list[str]:
        return sorted({origin.host_and_port for origin in self._origins})
