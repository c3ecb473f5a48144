"""Pseudonyms for identifiers in the chain and in logs: keyed, because a plain hash of every NHS number is soon made."""

import hmac
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rpa.audit.files import write_secret_once
from rpa.exceptions import EvidenceLocked

VERSION = "k1"


class Pseudonyms:
    """Turns an identifier into `k1:` and 64 hexadecimal digits, the same each time under the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # An item's key is asked for at each of its events.
        self.of = lru_cache(maxsize=1024)(self.of)  # type: ignore[method-assign]

    @classmethod
    def from_file(cls, path: Path, *, may_make: bool = True) -> "Pseudonyms":
        """Read the key of that file; make one that only its owner can read if there is none and nothing needs it."""
        if not path.exists():
            if not may_make:
                return _Lost(path)
            write_secret_once(path, secrets.token_hex(32))
        return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))

    def of(self, identifier: str) -> str:
        """Return the pseudonym of an identifier, such as an NHS number or a UBRN."""
        return f"{VERSION}:{hmac.new(self._key, identifier.encode(), sha256).hexdigest()}"

    def key_for(self, purpose: str) -> bytes:
        """Return a key for another purpose, from which neither this one nor a pseudonym can be found."""
        return hmac.new(self._key, f"key for\0{purpose}".encode(), sha256).digest()


class _Lost(Pseudonyms):
    """Pseudonyms whose key is gone: another key would find nobody, and say that nothing is known of anybody."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, identifier: str) -> str:
        raise self._refusal()

    def key_for(self, purpose: str) -> bytes:
        raise self._refusal()

    def _refusal(self) -> EvidenceLocked:
        return EvidenceLocked(
            f"the key {self._path.name} in the folder of keys is gone, without which nobody is found by NHS number or "
            "reference; bring the folder of keys back from a backup"
        )
