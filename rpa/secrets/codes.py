"""One-time codes of a sign-in (TOTP, RFC 6238): each is handed out once, and never one that is about to end."""

import binascii
from collections.abc import Callable

import pyotp

from rpa.clock import Clock
from rpa.exceptions import UsageError

_LEAST_SECONDS = 3.0
"""What a code must still be good for: it has to be typed and sent."""


class OneTimeCodes:
    """Makes the codes of one secret: base32, or the `otpauth://` address that its QR code holds."""

    def __init__(self, secret: str, clock: Clock, *, take: Callable[[int], bool] | None = None) -> None:
        self.secret = secret
        self.given_at: str | None = None
        self._totp = _totp(secret)
        self._clock = clock
        self._last = -1
        self._take = take or self._take_here

    def next(self) -> str:
        """Return a code that was never returned before; waits for the next period if there is none left in this."""
        while True:
            now = self._clock.now()
            left = self._totp.interval - now.timestamp() % self._totp.interval
            period = int(now.timestamp() // self._totp.interval)
            if left >= _LEAST_SECONDS and self._take(period):
                self.given_at = f"{now:%H:%M:%S} UTC"
                return self._totp.generate_otp(period)
            self._clock.sleep(left)

    def shared(self, take: Callable[[int], bool]) -> "OneTimeCodes":
        """Return these codes with `take` to say whether a period's code is still to be had."""
        return OneTimeCodes(self.secret, self._clock, take=take)

    def _take_here(self, period: int) -> bool:
        free, self._last = period > self._last, max(period, self._last)
        return free


def _totp(secret: str) -> pyotp.TOTP:
    try:
        made = pyotp.parse_uri(secret) if "://" in secret else pyotp.TOTP("".join(secret.split()).upper())
        made.generate_otp(0)
    except (ValueError, binascii.Error):
        made = None
    if not isinstance(made, pyotp.TOTP):  # its text would quote the secret
        raise UsageError(
            "the secret of the one-time codes can't be used; expected base32 of 23 letters or more (112 bits), or an "
            "otpauth://totp address that holds it"
        )
    return made
