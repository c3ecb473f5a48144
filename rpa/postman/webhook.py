"""Alarms to a webhook: JSON over HTTPS, with a `text` that Teams and Slack show as it is."""

from email.message import Message as Headers
from typing import IO
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import orjson

from rpa.exceptions import UsageError
from rpa.postman.connection import TIMEOUT, is_this_machine, trusted
from rpa.postman.messages import Message
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings


class Webhook:
    """Posts each message to one address."""

    name = "webhook"

    def __init__(self, settings: AlarmSettings, secrets: Secrets) -> None:
        self._settings = settings
        self._secrets = secrets

    def send(self, message: Message) -> None:
        """Post a message.

        Raises:
            UsageError: The address is not https, or `ca_file` can't be used.
            OSError: The server did not take it; an answer that sends elsewhere is not followed.
        """
        headers = {"Content-Type": "application/json", "User-Agent": "rpa"}
        request = Request(self._address(), data=_document(message), headers=headers, method="POST")  # noqa: S310 - checked
        opener = build_opener(HTTPSHandler(context=trusted(self._settings)), NoRedirect())
        with opener.open(request, timeout=TIMEOUT) as answer:
            answer.read(1)

    def _address(self) -> str:
        name = self._settings.webhook_secret
        address = self._secrets.get(name).password if name else self._settings.webhook or ""
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname or "")):
            raise UsageError(
                f"the webhook's address begins with {parts.scheme!r}, expected https (http only on this machine); "
                "mend it in [alarms]"
            )
        return address


class NoRedirect(HTTPRedirectHandler):
    """An alarm goes where the settings say and nowhere else."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Headers,
                         newurl: str) -> None:  # fmt: skip
        """Follow nothing."""


def _document(message: Message) -> bytes:
    return orjson.dumps(
        {
            "text": f"{message.headline}\n{message.text}",
            "kind": message.kind,
            "subject": message.subject,
            "count": message.count,
            "raised_at": message.raised_at,
            "id": message.id,
        }
    )
