"""One-time codes of people who sign in (TOTP, RFC 6238): the secret is encrypted, and no code is taken twice."""

import hmac
import os
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rpa.exceptions import EvidenceLocked

_NONCE = 12
_SECONDS = 30
_EARLIER_AND_LATER = (0, -1, 1)
"""Periods whose codes are taken: a phone's clock may be half a minute off."""


class Codes:
    """Makes, keeps and checks secrets under one key, which the database does not hold."""

    def __init__(self, key: bytes) -> None:
        self._sealing = AESGCM(key)

    def new(self) -> bytes:
        """Return a new secret, encrypted."""
        nonce = os.urandom(_NONCE)
        return nonce + self._sealing.encrypt(nonce, pyotp.random_base32().encode(), None)

    def secret_of(self, kept: bytes) -> str:
        """Return the secret, for whoever sets up his phone.

        Raises:
            EvidenceLocked: It was encrypted with another key.
        """
        try:
            return self._sealing.decrypt(kept[:_NONCE], kept[_NONCE:], None).decode()
        except InvalidTag:
            raise EvidenceLocked(
                "the secret of one-time codes was encrypted with another key than that of the folder of keys; bring "
                "the right one back from a backup"
            ) from None

    def period_of(self, kept: bytes, code: str, now: datetime, *, after: int | None) -> int | None:
        """Return the period of a code that is right and newer than the last that was taken; None if it isn't."""
        given = "".join(code.split())
        here = int(now.timestamp()) // _SECONDS
        totp = pyotp.TOTP(self.secret_of(kept))
        for period in (here + off for off in _EARLIER_AND_LATER):
            right = totp.generate_otp(period)
            if hmac.compare_digest(right.encode(), given.encode()) and (after is None or period > after):
                return period
        return None
