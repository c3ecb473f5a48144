"""Pseudonyms for identifiers in the chain and in logs: keyed, because a plain hash of every NHS number is soon made."""

import hmac
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

VERSION = "k1"


class Pseudonyms:
    """Turns an identifier into `k1:` and 64 hexadecimal digits, the same each time under the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # An item's key is asked for at each of its events.
        self.of = lru_cache(maxsize=1024)(self.of)  # type: ignore[method-assign]

    @classmethod
    def from_file(cls, path: Path) -> "Pseudonyms":
        """Read the key of that file, or make one that only its owner can read."""
        if not path.exists():
            _write_new_key(path)
        return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))

    def of(self, identifier: str) -> str:
        """Return the pseudonym of an identifier, such as an NHS number or a UBRN."""
        return f"{VERSION}:{hmac.new(self._key, identifier.encode(), sha256).hexdigest()}"

    def key_for(self, purpose: str) -> bytes:
        """Return a key for another purpose, from which neither this one nor a pseudonym can be found."""
        return hmac.new(self._key, f"key for\0{purpose}".encode(), sha256).digest()


def _write_new_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ready = path.with_name(f"{path.name}.{os.getpid()}")
    # Made elsewhere, then linked: of two processes that start at once, one key wins and both read that one.
    descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(ready)
    except FileExistsError:
        return
    finally:
        ready.unlink()
