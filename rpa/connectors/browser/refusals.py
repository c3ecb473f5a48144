"""Remembers which sign-ins a system refused, for bots that are used without an installation."""

import hashlib
import hmac
import secrets

from rpa.exceptions import SystemException


class Refusals:
    """Refused sign-ins of one browser; a changed password counts as a new sign-in."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)  # passwords are kept only as keyed hashes, and never leave this process
        self._refused: set[str] = set()

    def remember(self, system: str, material: bytes) -> None:
        """Note that the system refused this sign-in."""
        self._refused.add(self._mark(system, material))

    def check(self, system: str, material: bytes) -> None:
        """Raise `SIGN_IN_REFUSED` without trying if this sign-in was refused before."""
        if self._mark(system, material) in self._refused:
            raise SystemException(
                f"{system} refused this sign-in before; it isn't tried again, so that the account isn't locked. "
                "Correct the credential",
                "SIGN_IN_REFUSED",
            )

    def _mark(self, system: str, material: bytes) -> str:
        return hmac.new(self._key, system.encode() + b"\0" + material, hashlib.sha256).hexdigest()
