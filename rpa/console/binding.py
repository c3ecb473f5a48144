"""Where the console listens: on this machine alone, unless the way to it is encrypted."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from rpa.exceptions import UsageError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Binding:
    """An address to listen at, and how it is encrypted: by certificate and key, or by a proxy in front of it."""

    host: str = LOOPBACK
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.behind_proxy or self.certificate is not None

    def check(self) -> None:
        """Make sure that no password goes through a network as it is typed.

        Raises:
            UsageError: It would, or a file is missing.
        """
        if (self.certificate is None) != (self.key is None):
            raise UsageError("found one of --certificate and --key, expected both or none of them")
        for one in (self.certificate, self.key):
            if one is not None and not one.is_file():
                raise UsageError(f"there is no file {str(one)!r}, expected a certificate and its key as PEM")
        if not self.is_secure and not is_loopback(self.host):
            raise UsageError(
                f"found the address {self.host!r}, which others reach, without encryption: passwords and patients' "
                "data would go through the network as they are, and browsers would drop the sign-in. Give "
                "--certificate and --key, or --behind-proxy where another server encrypts, or leave --host out"
            )


def is_loopback(host: str) -> bool:
    """Return whether nobody but this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
