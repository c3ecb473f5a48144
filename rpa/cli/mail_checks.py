"""What `rpa doctor` finds when it opens the mailbox, as the robot would."""

from imaplib import IMAP4

from imap_tools.errors import ImapToolsError

from rpa.mailbox.server import opened_box
from rpa.secrets import Secrets
from rpa.settings import Settings

_TO_DO = "Look whether host, port and security in [mail] are right, and whether the sign-in may open the mailbox"


def look_at_mailbox(settings: Settings) -> list[tuple[str, str]]:
    """Return what was found and what is to be done; nothing when no mailbox is used."""
    mail = settings.mail
    if mail.host is None:
        return []
    try:
        with opened_box(mail, Secrets(settings.secrets_dir)) as box:
            waiting = len(box.waiting())
    except (OSError, ImapToolsError, IMAP4.error) as error:
        return [(f"{mail.address} can't be opened ({type(error).__name__})", _TO_DO)]
    if not mail.senders:
        return [(f"{mail.address} can be opened, but nobody may send to it", "Name who may under senders in [mail]")]
    return [(f"{mail.address} can be opened; {waiting} messages wait", "")]
