"""The mailbox on its server: IMAP over an encrypted connection, with a certificate that is checked."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import MailBox, MailBoxStartTls
from imap_tools.mailbox import BaseMailBox

from rpa.exceptions import UsageError
from rpa.mail_settings import MailSettings
from rpa.secrets import Secrets

TIMEOUT = 10.0
"""Seconds that the server may take to answer."""
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox that is open, in the folder where new messages lie."""

    box: BaseMailBox
    settings: MailSettings

    def waiting(self) -> list[str]:
        """Return what lies there, oldest first."""
        return self.box.uids()

    def is_too_large(self, uid: str) -> bool:
        """Return whether a message is larger than what is taken."""
        answer = b" ".join(
            one for one in self.box.client.uid("FETCH", uid, "(RFC822.SIZE)")[1] if isinstance(one, bytes)
        )
        size = answer.partition(b"RFC822.SIZE ")[2].split(b" ")[0].rstrip(b")")
        return size.isdigit() and int(size) > self.settings.most_megabytes * _MEGABYTE

    def read(self, uid: str, *, headers_only: bool) -> bytes | None:
        """Return a message without marking it as read; None when somebody took it away."""
        part = "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"
        found = [one[1] for one in self.box.client.uid("FETCH", uid, part)[1] if isinstance(one, tuple)]
        return found[0] if found else None

    def move(self, uid: str, folder: str) -> None:
        """Move a message to another folder."""
        self.box.move([uid], folder)


@contextmanager
def opened_box(settings: MailSettings, secrets: Secrets) -> Iterator[Box]:
    """Open the mailbox, and make the folders that messages are moved to.

    Raises:
        UsageError: The file of certificates can't be used.
        OSError | ImapToolsError | IMAP4.error: The server can't be reached, or does not let us in.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise UsageError(
            f"ca_file in [mail] can't be used ({type(error).__name__}); it must hold certificates as PEM"
        ) from None
    sign_in = secrets.get(settings.credential)
    made = MailBox if settings.security == "tls" else MailBoxStartTls
    with made(settings.host or "", settings.port, timeout=TIMEOUT, ssl_context=context).login(
        sign_in.username, sign_in.password, initial_folder=None
    ) as box:  # fmt: skip
        for folder in (settings.done, settings.refused):
            if not box.folder.exists(folder):
                box.folder.create(folder)
        box.folder.set(settings.folder)
        yield Box(box, settings)
