"""The form in which a key of the seals is kept, in a file or in the keyring: that of C2SP signed notes."""

from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rpa.audit.notes import PublicKey, SigningKey
from rpa.exceptions import RecordError

_FORM = ("PRIVATE", "KEY")
_ED25519 = b"\1"


def written(key: SigningKey) -> str:
    """Return a key as it is kept: `PRIVATE+KEY+name+id+key`."""
    encoded = b64encode(_ED25519 + key.private.private_bytes_raw()).decode()
    return "+".join((*_FORM, key.name, key.public.id.hex(), encoded))


def read_private(text: str) -> SigningKey | None:
    """Return the key that a text holds, None if it holds none."""
    try:
        first, second, name, told, encoded = text.strip().split("+", 4)
        decoded = b64decode(encoded, validate=True)
        key = SigningKey(name, Ed25519PrivateKey.from_private_bytes(decoded[1:]))
    except (ValueError, RecordError):  # what is refused may hold a part of a key, so nothing of it is told
        return None
    is_whole = (first, second) == _FORM and decoded[:1] == _ED25519 and key.public.id.hex() == told
    return key if is_whole else None


def read_public(text: str) -> PublicKey | None:
    """Return the public key that a text holds, None if it holds none."""
    try:
        return PublicKey.parse(text)
    except RecordError:  # it repeats what it found, which may be a private key in the wrong file
        return None
