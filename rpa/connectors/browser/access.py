"""What the browser itself answers a system with: a client certificate, HTTP basic, NTLM, or who the worker runs as."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rpa.connectors.browser.origins import Origin
from rpa.exceptions import UsageError
from rpa.secrets import Certificate, Credential

_CHECKED_ONLY = "none"
"""Playwright takes a passphrase alone for an entry: it then shows no certificate, but does check the server's."""


class Way(StrEnum):
    """How a system is signed in to."""

    SCREEN = "screen"
    """On its page, by the bot."""
    BASIC = "basic"
    """HTTP basic, by the browser."""
    NTLM = "ntlm"
    """NTLM with the user name and password of the credential, by the browser."""
    WINDOWS = "windows"
    """Negotiate or NTLM as the account that the worker runs under, by the browser."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a session's browser context is opened with."""

    way: Way = Way.SCREEN
    username: str = ""
    password: str = field(default="", repr=False)
    certificate: Certificate | None = None

    @classmethod
    def of(cls, credential: Credential, way: Way) -> "Access":
        """Take from a credential what the browser needs of it."""
        if way in (Way.BASIC, Way.NTLM):
            return cls(way, credential.username, credential.password, credential.certificate)
        return cls(way, certificate=credential.certificate)

    @property
    def by_connection(self) -> bool:
        """Whether a connection is signed in, and not each request: then only the browser itself can ask the system."""
        return self.way in (Way.NTLM, Way.WINDOWS)

    @property
    def by_browser(self) -> bool:
        """Whether the browser signs in without a page."""
        return self.way is not Way.SCREEN

    @property
    def needs_gateway(self) -> bool:
        """Whether its context has to reach the network through a gateway of our own."""
        return self.by_connection or self.certificate is not None

    def options(self, origins: list[str]) -> dict[str, Any]:
        """Return Playwright's options of a context; the system's own origin comes first.

        Raises:
            UsageError: A password would go over a connection that others can read.
        """
        address, *further = origins
        options: dict[str, Any] = {}
        if self.password:
            _check_encrypted(address)
            told = {"username": self.username, "password": self.password}
            options["http_credentials"] = told | {"origin": address, "send": "unauthorized"}
        if self.certificate is not None:
            checked = [{"origin": one, "passphrase": _CHECKED_ONLY} for one in further if one.startswith("https:")]
            options["client_certificates"] = [_shown(self.certificate, address), *checked]
        return options


def _shown(certificate: Certificate, origin: str) -> dict[str, Any]:
    if certificate.key is None:
        return {"origin": origin, "pfx": certificate.content, "passphrase": certificate.passphrase}
    told = {"origin": origin, "cert": certificate.content, "key": certificate.key}
    return told | ({"passphrase": certificate.passphrase} if certificate.passphrase else {})


def _check_encrypted(address: str) -> None:
    origin = Origin.of(address)
    if origin.scheme != "https" and not origin.is_this_machine:
        raise UsageError(
            f"{address} asks the browser for a password over a connection that isn't encrypted; expected https "
            "(http only on this machine)"
        )
