"""The ways a message can go: each is tried, and says in a few words what kept it from arriving."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from smtplib import SMTPException, SMTPResponseException
from typing import Protocol
from urllib.error import HTTPError, URLError

from rpa.clock import Clock
from rpa.exceptions import RpaError
from rpa.postman.mail import Mail
from rpa.postman.messages import Message
from rpa.postman.webhook import Webhook
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings


class Way(Protocol):
    """Takes messages to people."""

    @property
    def name(self) -> str:
        """What people call it."""

    def send(self, message: Message) -> None:
        """Send a message; any exception says that it did not arrive."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message on one way; `fault` is None when it arrived, and holds no secret."""

    way: str
    fault: str | None


def ways_of(settings: AlarmSettings, secrets: Secrets, clock: Clock) -> Iterator[Way]:
    """Yield every way that is configured."""
    if settings.mail_to:
        yield Mail(settings, secrets, clock)
    if settings.webhook or settings.webhook_secret:
        yield Webhook(settings, secrets)


def deliver(way: Way, message: Message) -> Delivery:
    """Send a message on one way, whatever may go wrong there."""
    try:
        way.send(message)
    except Exception as error:  # a server can answer anything; no answer may end a worker
        return Delivery(way.name, fault_of(error))
    return Delivery(way.name, None)


def fault_of(error: Exception) -> str:
    """Say what went wrong: only our own messages are known to hold no address and no password."""
    if isinstance(error, RpaError):
        return str(error)
    if isinstance(error, HTTPError):
        return f"the server answered {error.code}"
    if isinstance(error, SMTPResponseException):
        return f"the server answered {error.smtp_code} ({type(error).__name__})"
    if isinstance(error, URLError) and isinstance(error.reason, Exception):
        return fault_of(error.reason)
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the server's certificate is not trusted; see ca_file in [alarms]"
    if isinstance(error, OSError | SMTPException):
        return f"the server can't be reached ({type(error).__name__})"
    return type(error).__name__
