"""What a message holds: who sent it, which workflow it is for, and its workbooks, however oddly it was made."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import errors, message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256
from pathlib import PurePath

from rpa.inbox.names import clean_name

_ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
_FORWARDED = re.compile(r"^(?:(?:re|fw|fwd)\s*:\s*)+", re.IGNORECASE)
_MOST_PARTS = 100
_BROKEN = (
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
)
_ENDINGS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "text/csv": ".csv",
}
_DECORATION = ("image/", "text/", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a message carries; `broken` when its bytes did not arrive whole."""

    name: str
    content: bytes
    broken: bool

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was read."""

    sender: str
    """The one address it says it is from; empty when it names none, or several."""
    recipients: Sequence[str]
    subject: str
    message_id: str
    key: str
    """The same for the same message with the same files: a digest of its id and of theirs."""
    attachments: Sequence[Attachment]
    checks: Sequence[str]
    """What mail servers say of its sender, topmost first."""
    is_automatic: bool
    """Whether no person sent it: it is never answered."""


def read_letter(raw: bytes) -> Letter:
    """Read a message.

    Raises:
        ValueError: It can't be read: too many parts, or parts in parts without end.
    """
    try:
        message = message_from_bytes(raw)
        attachments = list(_attachments(message))
    except RecursionError:
        raise ValueError("it has parts within parts without end") from None
    message_id = _text(message, "Message-ID").strip()
    if not _MESSAGE_ID.fullmatch(message_id):
        message_id = ""
    digests = [one.digest for one in attachments]
    named = message_id or sha256(raw).hexdigest()
    return Letter(
        sender=_sender(message),
        recipients=_addresses(message, "Delivered-To", "X-Original-To", "To", "Cc"),
        subject=_FORWARDED.sub("", _text(message, "Subject").strip()),
        message_id=message_id,
        key=sha256("\n".join([named, *digests]).encode()).hexdigest(),
        attachments=attachments,
        checks=[str(one) for one in message.get_all("Authentication-Results", [])],
        is_automatic=_is_automatic(message),
    )


def _attachments(message: Message) -> Iterator[Attachment]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            raise ValueError(f"it has more than {_MOST_PARTS} parts")
        name = _name(part)
        if part.is_multipart() or (not name and part.get_content_type().startswith(_DECORATION)):
            continue
        if (name and part.get_content_type().startswith("image/")) or _is_signature(part):
            continue
        content = part.get_payload(decode=True)
        found = content if isinstance(content, bytes) else b""
        broken = any(isinstance(one, _BROKEN) for one in part.defects)
        yield Attachment(clean_name(name or f"attachment{_ending(part, found)}"), found, broken)


def _is_signature(part: Message) -> bool:
    return part.get_content_type() in _DECORATION


def _name(part: Message) -> str:
    """Return the name of a part, written by any of the ways there are; empty when it has none."""
    try:
        name = part.get_filename() or ""
        return PurePath(str(make_header(decode_header(name))).replace("\\", "/")).name
    except (errors.HeaderParseError, LookupError, UnicodeError, ValueError):
        return "attachment"


def _ending(part: Message, content: bytes) -> str:
    """Return what a nameless file would end in, by what its bytes or its type say."""
    if content.startswith(b"PK\3\4") and b"xl/" in content:
        return ".xlsx"
    return _ENDINGS.get(part.get_content_type(), ".bin")


def _sender(message: Message) -> str:
    """Return the one sender: a message that names several can show one to a person and another to a program."""
    found = _addresses(message, "From")
    return found[0] if len(found) == 1 and len(message.get_all("From", [])) == 1 else ""


def _addresses(message: Message, *headers: str) -> list[str]:
    lines = [str(line) for name in headers for line in message.get_all(name, [])]
    return [one.lower() for _, one in getaddresses(lines) if _ADDRESS.fullmatch(one)]


def _text(message: Message, header: str) -> str:
    try:
        return str(make_header(decode_header(str(message.get(header, "")))))
    except (errors.HeaderParseError, LookupError, UnicodeError, ValueError):
        return ""


def _is_automatic(message: Message) -> bool:
    automatic = _text(message, "Auto-Submitted").strip().lower() or "no"
    precedence = _text(message, "Precedence").strip().lower()
    sender = _sender(message).partition("@")[0]
    return (
        automatic != "no"
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or message.get_content_type() == "multipart/report"
        or _text(message, "Return-Path").strip() == "<>"
        or sender in ("mailer-daemon", "postmaster")
        or any(name in message for name in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients"))
    )
