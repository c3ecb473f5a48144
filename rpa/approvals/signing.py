"""What a person signs with: a key made of a name's salt and a passphrase, which nothing on the machine holds."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from rpa.approvals.guessing import is_common, is_made_of
from rpa.db.types import canonical
from rpa.exceptions import UsageError

SHORTEST = 12
"""Characters of a passphrase: whoever has the database can try as many as he likes (NCSC: three random words)."""
_BETTER = "such as three words that have nothing to do with one another"
_SALT = 16
_KEY = 32
_MEMORY, _PASSES = 19 * 1024, 2
"""KiB and passes of Argon2id, OWASP's Password Storage Cheat Sheet."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A person who has just shown who he is."""

    name: str
    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public key, in hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, *said: Any) -> str:
        """Return the signature of what is said, in hexadecimal digits."""
        return self._key.sign(canonical(list(said))).hex()


def new_salt() -> str:
    """Return what makes the keys of two people with the same passphrase different."""
    return secrets.token_bytes(_SALT).hex()


def signer_of(name: str, passphrase: str, salt: str) -> Signer:
    """Return who signs with this passphrase; another one makes another key."""
    made = Argon2id(salt=bytes.fromhex(salt), length=_KEY, iterations=_PASSES, lanes=1, memory_cost=_MEMORY)
    return Signer(name, Ed25519PrivateKey.from_private_bytes(made.derive(passphrase.encode())))


def check_passphrase(passphrase: str, *, names: Iterable[str] = (), word: str = "passphrase") -> None:
    """Make sure that a new passphrase is not soon guessed; `names` are those of its person and of the organisation.

    `word` is what the answer calls it.

    Raises:
        UsageError: It is too short, or others would try it first.
    """
    if len(passphrase) < SHORTEST or len(set(passphrase)) < SHORTEST // 2:
        raise UsageError(f"the {word} is too short or too plain, expected {SHORTEST} characters at least, {_BETTER}")
    if is_common(passphrase):
        raise UsageError(f"many people have this {word}, so others would try it first, expected another, {_BETTER}")
    if is_made_of(passphrase, names):
        raise UsageError(f"the {word} is made of names that others know, expected another, {_BETTER}")


def has_signed(public: str, signature: str, *said: Any) -> bool:
    """Return whether the signature of what is said was made with the private half of that key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), canonical(list(said))
        )
    except (InvalidSignature, ValueError):
        return False
    return True
