"""Keyed digests by which a sign-in is known again without being kept."""

import hashlib
import hmac

from rpa.secrets import Credential

_VERSION = "k1"
# A password may be short, so trying them all must be slow: 16 MB of memory and some 50 ms for each.
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 2**20, "dklen": 32}


class Digests:
    """Digests under one key; without it nobody can tell a password from one."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def account(self, system: str, credential: Credential) -> str:
        """Return what stands for an account of a system."""
        return f"{_VERSION}:{self._keyed(system, credential.username).hex()}"

    def credential(self, system: str, credential: Credential) -> str:
        """Return what stands for all that signs in: user name, password, version, secret of codes, certificate."""
        made = hashlib.scrypt(credential.material(), salt=self._keyed(system, "salt"), **_COST)
        return f"{_VERSION}:{made.hex()}"

    def _keyed(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).digest()
