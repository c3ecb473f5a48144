"""Signed notes that state size and root of the record: C2SP tlog-checkpoint in a C2SP signed-note, with Ed25519.

A note is text: the log's name, its size, its root in base64, a blank line, and a line for each signature. Anybody can
check one with the public key (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).
"""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rpa.exceptions import RecordError

_ED25519 = b"\1"
_ROOT_BYTES, _ID_BYTES = 32, 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note states: the record of that name has `size` entries, and `root` stands for all of them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that notes are checked with, under the name it signs by."""

    name: str
    raw: bytes
    """32 bytes."""

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key): tells which key a signature is of."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The key in the form that people exchange: `name+id+key`."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """Read a key as `str` gives it.

        Raises:
            RecordError: It isn't one.
        """
        name, _, rest = text.strip().partition("+")
        told, _, encoded = rest.partition("+")
        decoded = _decoded(encoded)
        key = cls(name, decoded[1:])
        if not _is_name(name) or decoded[:1] != _ED25519 or len(key.raw) != _ROOT_BYTES or key.id.hex() != told:
            raise RecordError(f"found {text.strip()!r}, expected a public key such as `name+01234567+AbC…=`")
        return key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs notes, under a name without spaces and plus signs."""

    name: str
    private: Ed25519PrivateKey

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise RecordError(f"found {self.name!r} as the name of a key, expected one without spaces and plus signs")

    @property
    def public(self) -> PublicKey:
        """The key that others check with."""
        return PublicKey(self.name, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the note that states a checkpoint."""
        text = checkpoint.text()
        signature = b64encode(self.public.id + self.private.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {self.name} {signature}\n"


def open_note(note: str, *keys: PublicKey) -> tuple[Checkpoint, PublicKey]:
    """Return what a note states, and the key that signed it.

    Raises:
        RecordError: It is no note, or none of the keys signed it, or a signature said to be of one of them is wrong.
    """
    text, blank, signatures = note.partition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise RecordError("found no signature below the text, expected a signed note")
    text += "\n"
    signer: PublicKey | None = None
    for line in signatures.splitlines():
        signer = _check(line, text, keys) or signer
    if signer is None:
        names = ", ".join(key.name for key in keys) or "nobody"
        raise RecordError(f"the note is signed by no known key, expected a signature of {names}")
    return _checkpoint(text), signer


def _check(line: str, text: str, keys: tuple[PublicKey, ...]) -> PublicKey | None:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = _decoded(encoded)
    if dash != "\N{EM DASH}" or not _is_name(name) or len(signature) <= _ID_BYTES:
        raise RecordError("found a line below the text that is no signature, expected a signed note")
    key = next((one for one in keys if (one.name, one.id) == (name, signature[:_ID_BYTES])), None)
    if key is None:
        return None  # another's: a note may have several, and whoever reads it looks for those he knows
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[_ID_BYTES:], text.encode())
    except InvalidSignature:
        raise RecordError(f"the signature of {name} does not fit the note: the note was changed") from None
    return key


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    origin, size, root = (lines + [""] * 3)[:3]
    decoded = _decoded(root)
    is_number = size.isascii() and size.isdigit() and (size == "0" or not size.startswith("0"))
    if not origin or not is_number or len(decoded) != _ROOT_BYTES:
        raise RecordError("found a note that states no size and root, expected a checkpoint")
    return Checkpoint(origin, int(size), decoded)


def _decoded(text: str) -> bytes:
    try:
        decoded = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    # Some other texts decode to the same bytes, and a note that can be changed unseen is none.
    return decoded if b64encode(decoded).decode() == text else b""


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)
