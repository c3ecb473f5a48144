"""Which servers are trusted with an alarm: those with a good certificate, or the machine itself."""

import ssl
from ipaddress import ip_address

from rpa.exceptions import UsageError
from rpa.settings import AlarmSettings

TIMEOUT = 10.0
"""Seconds that a server may take to answer."""


def is_this_machine(host: str) -> bool:
    """Return whether a host is the machine itself, so that nobody else can listen."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def trusted(settings: AlarmSettings) -> ssl.SSLContext:
    """Return how servers prove who they are: by a certificate, always.

    Raises:
        UsageError: The file of certificates can't be used.
    """
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one too
        raise UsageError(
            f"ca_file in [alarms] can't be used ({type(error).__name__}); it must hold certificates as PEM"
        ) from None
