"""Which server a client speaks to, and how much of its time and of ours it may take."""

from dataclasses import dataclass, field

from rpa.connectors.browser.origins import Origin
from rpa.exceptions import UsageError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server may not exceed; each default is far above what a record of a patient needs."""

    timeout: float = 15.0
    """Seconds until a connection is made, and between two parts of a reply."""
    whole_reply: float = 60.0
    """Seconds until a reply has come in whole."""
    reply_bytes: int = 5 * MEGABYTE
    """Bytes of one reply."""
    pages: int = 50
    """Pages of one search."""
    resources: int = 5_000
    """Resources that one search finds."""
    tries: int = 3
    """Times that something is read until a passing fault counts."""
    patience: float = 20.0
    """Seconds that these tries, and what the server asks to wait, may take together."""


@dataclass(frozen=True, slots=True)
class Server:
    """A FHIR R4 server."""

    base: str
    """Its base address, e.g. `https://pas.example.nhs.uk/fhir`, without a slash at the end."""
    limits: Limits = field(default_factory=Limits)

    def check_encrypted(self) -> None:
        """Make sure that nobody on the way can read a token.

        Raises:
            UsageError: The address is neither https nor on this machine.
        """
        check_encrypted(self.base)

    def of(self, kind: str, number: str = "") -> str:
        """Return the address of a type of resource, or of one resource."""
        return f"{self.base}/{kind}/{number}" if number else f"{self.base}/{kind}"


def check_encrypted(address: str) -> None:
    """Make sure that nobody on the way can read what is sent to an address.

    Raises:
        UsageError: It is neither https nor on this machine.
    """
    origin = Origin.of(address)
    if origin.scheme != "https" and not origin.is_this_machine:
        raise UsageError(f"{origin} would be sent a sign-in over a connection that isn't encrypted; expected https "
                         "(http only on this machine)")  # fmt: skip
