"""Passwords: stored as Argon2id with its salt and costs, and checked two at a time, for each takes 64 MB."""

import os
from collections.abc import Iterable
from functools import cache
from threading import Semaphore

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from rpa.approvals.signing import check_passphrase

_MEMORY, _PASSES, _LANES = 64 * 1024, 3, 1
_KEY, _SALT = 32, 16
_AT_ONCE = Semaphore(2)


def stored_form(password: str, *, names: Iterable[str] = ()) -> str:
    """Return what is kept of a new password; it is not made of these names.

    Raises:
        UsageError: It is too short, or others would try it first.
    """
    check_passphrase(password, names=names, word="password")
    return _hashed(password)


def fits(password: str, stored: str | None) -> bool:
    """Return whether it is the password; without one to compare with it takes as long, and says no."""
    compared = stored or _nobodys()
    with _AT_ONCE:
        try:
            Argon2id.verify_phc_encoded(password.encode(), compared)
        except InvalidKey:
            return False
    return stored is not None


def _hashed(password: str) -> str:
    with _AT_ONCE:
        made = Argon2id(salt=os.urandom(_SALT), length=_KEY, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
        return made.derive_phc_encoded(password.encode())


@cache
def _nobodys() -> str:
    return _hashed(os.urandom(_SALT).hex())
