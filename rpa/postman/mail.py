"""Alarms by e-mail: SMTP with STARTTLS or TLS, and a certificate that is checked."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from smtplib import SMTP, SMTP_SSL

from rpa.clock import Clock, local
from rpa.exceptions import UsageError
from rpa.postman.connection import TIMEOUT, is_this_machine, trusted
from rpa.postman.messages import Message
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings


class Mail:
    """Sends each message to everybody in `mail_to`."""

    name = "e-mail"

    def __init__(self, settings: AlarmSettings, secrets: Secrets, clock: Clock) -> None:
        self._settings = settings
        self._secrets = secrets
        self._clock = clock

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            UsageError: The connection would not be encrypted, or `ca_file` can't be used.
            SMTPException | OSError: The server did not take it.
        """
        self.post(self._written(message))

    def post(self, mail: EmailMessage) -> None:
        """Send what was written elsewhere, to whom it names; raises what `send` does."""
        with self._connected() as server:
            server.send_message(mail)

    @contextmanager
    def _connected(self) -> Iterator[SMTP]:
        with self._opened() as server:
            if self._settings.smtp_security == "starttls":
                server.starttls(context=trusted(self._settings))  # refused where the server doesn't offer it
            if self._settings.smtp_credential is not None:
                sign_in = self._secrets.get(self._settings.smtp_credential)
                server.login(sign_in.username, sign_in.password)
            yield server

    def _opened(self) -> SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if self._settings.smtp_security == "none" and not is_this_machine(host):
            raise UsageError(
                'smtp_security = "none" is for a server on this machine only; choose "starttls" or "tls" in [alarms]'
            )
        said = socket.gethostname()  # else smtplib asks the name service, and may wait for it longer than our timeout
        if self._settings.smtp_security == "tls":
            return SMTP_SSL(host, port, said, timeout=TIMEOUT, context=trusted(self._settings))
        return SMTP(host, port, said, timeout=TIMEOUT)

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.headline
        mail["From"] = self._settings.mail_from
        mail["To"] = ", ".join(self._settings.mail_to)
        mail["Date"] = format_datetime(local(self._clock.now()))
        mail["Message-ID"] = f"<{message.id}@rpa.invalid>"
        mail["Auto-Submitted"] = "auto-generated"  # so that no answering machine answers
        mail.set_content(f"{message.text}\n")
        return mail
