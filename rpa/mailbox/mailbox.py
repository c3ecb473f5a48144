"""The mailbox's rounds: read what is new, make it jobs or refuse it, move it away, send the answers."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from imaplib import IMAP4

from imap_tools.errors import ImapToolsError
from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from rpa.alarms import AlarmKind, raise_alarm
from rpa.clock import local
from rpa.desk import Desk
from rpa.duties.rota import Rota
from rpa.exceptions import ClaimLost, RpaError
from rpa.mailbox.letters import Letter, read_letter
from rpa.mailbox.reading import Reading
from rpa.mailbox.register import DONE, Answer, Register
from rpa.mailbox.sending import Sending
from rpa.mailbox.server import Box, opened_box
from rpa.postman.mail import Mail
from rpa.secrets import Secrets

_DUTY = "mailbox"
_ROUND = 20.0
"""Seconds after which no new message of a round is begun: other duties wait meanwhile."""
_HOLD = timedelta(minutes=5)
"""How long nobody else looks, should the one who does die in between."""
_AWAY = timedelta(minutes=5)
"""How long the mailbox may be away before somebody is told."""
_OUTSIDE = (OSError, ImapToolsError, IMAP4.error, RpaError)


class Mailbox:
    """Looks into the mailbox; of many workers one at a time. What it knows already it only moves away."""

    def __init__(self, desk: Desk, secrets: Secrets) -> None:
        self._desk = desk
        self._secrets = secrets
        self._settings = desk.settings.mail
        self._rota = Rota(desk.database, desk.clock)
        with_results = self._settings.results != "none"
        self._register = Register(desk.database, desk.record, desk.clock, with_results=with_results)
        self._reading = Reading(desk, self._register)
        self._mail = Mail(desk.settings.alarms, secrets, desk.clock)
        self._sending = Sending(desk, self._mail)

    def tick(self) -> None:
        """Do a round if one is due and no other worker is at it."""
        if self._settings.host is None:
            return
        reached = self._rota.take(_DUTY, hold=_HOLD)
        if reached is None:
            return
        away_since = reached
        try:
            self._answer()
            away_since = self._looked(away_since)
            self._answer()
            self._sending.send_due()
        finally:
            self._rota.done(_DUTY, again_in=timedelta(seconds=self._settings.every), reached=away_since)

    def _looked(self, away_since: str) -> str:
        try:
            with opened_box(self._settings, self._secrets) as box:
                self._round(box)
        except _OUTSIDE as error:
            logger.warning("the mailbox can't be looked into: {}", type(error).__name__)
            return self._is_away(away_since, type(error).__name__)
        return ""

    def _is_away(self, since: str, fault: str) -> str:
        now = self._desk.clock.now()
        if since and now - datetime.fromisoformat(since) >= _AWAY:
            said = (
                f"The mailbox can't be looked into ({fault}). What people send waits there and is taken later. "
                "Look whether its server runs, and whether the sign-in is right: rpa doctor"
            )
            with self._desk.database.transaction() as connection:
                raise_alarm(connection, AlarmKind.MAILBOX_AWAY, subject=self._settings.host or "", said=said, now=now)
        return since or now.isoformat()

    def _round(self, box: Box) -> None:
        end = self._desk.clock.monotonic() + _ROUND
        for uid in box.waiting():
            if self._desk.clock.monotonic() > end:
                return
            try:
                self._see_to(box, uid)
            except ClaimLost:
                logger.info("a message was seen to by another worker")
            except (*_OUTSIDE, SQLAlchemyError):
                raise
            except Exception as error:  # one message must not hold up the others; it is tried again a few times
                logger.warning("a message could not be read: {}", type(error).__name__)

    def _see_to(self, box: Box, uid: str) -> None:
        too_large = box.is_too_large(uid)
        raw = box.read(uid, headers_only=too_large)
        if raw is None:
            return
        ended = self._reading.see_to(_read(raw), too_large=too_large)
        box.move(uid, self._settings.done if ended == DONE else self._settings.refused)

    def _answer(self) -> None:
        for one in self._register.due_answers():
            at = self._register.try_later(one)  # who dies while sending it leaves it to be sent again, not at once
            try:
                self._mail.post(self._written(one))
            except Exception as error:  # a server can answer anything
                logger.warning("an answer could not be sent ({}); again at {}", type(error).__name__, at)
                continue
            self._register.note_answered(one)

    def _written(self, one: Answer) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = "rpa: about your message"
        mail["From"] = self._settings.address
        mail["To"] = one.sender
        mail["Date"] = format_datetime(local(self._desk.clock.now()))
        mail["Message-ID"] = f"<{sha256(f'{one.id} {one.text}'.encode()).hexdigest()[:32]}@rpa.invalid>"
        mail["Auto-Submitted"] = "auto-replied"
        if one.message_id:
            mail["In-Reply-To"] = one.message_id
        mail.set_content(f"{one.text}\n")
        return mail


def _read(raw: bytes) -> Letter:
    """Read a message; one that can't be read is known by its bytes, and counts as sent by no person."""
    try:
        return read_letter(raw)
    except ValueError:
        return Letter("", (), "", "", sha256(raw).hexdigest(), (), (), is_automatic=True)
