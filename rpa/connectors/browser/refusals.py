"""Remembers which sign-ins a system refused, so that a wrong password is not tried again until the account locks."""

import hashlib
import hmac
import secrets

from rpa.exceptions import SystemException


class Refusals:
    """Refused sign-ins of one worker process; a changed password counts as a new sign-in."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)  # passwords are kept only as keyed hashes, and never leave this process
        self._refused: set[str] = set()

    def remember(self, system: str, username: str, password: str) -> None:
        """Note that the system refused this sign-in."""
        self._refused.add(self._mark(system, username, password))

    def check(self, system: str, username: str, password: str) -> None:
        """Raise `SIGN_IN_REFUSED` without trying if this sign-in was refused before."""
        if self._mark(system, username, password) in self._refused:
            raise SystemException(
                f"{system} refused this sign-in before; it isn't tried again, so that the account isn't locked. "
                "Correct the credential and restart the worker",
                "SIGN_IN_REFUSED",
            )

    def _mark(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
