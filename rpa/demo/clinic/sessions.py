"""Who is signed in: sessions that end after a while or after so many requests."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import pyotp

from rpa.clock import Clock

COOKIE = "practice_session"
_PERIOD = 10
"""Seconds a code holds: a third of the usual, so that nobody waits long for the next."""


def new_codes() -> str:
    """Return the secret of a second factor, as the address that a QR code holds."""
    return f"otpauth://totp/Practice%20clinic:bot?secret={pyotp.random_base32()}&period={_PERIOD}"


@dataclass(frozen=True, slots=True)
class SessionLimit:
    """When a session ends: so many seconds after its last request, and after so many requests if a number is given."""

    seconds: float = 1200.0
    requests: int | None = None


@dataclass
class _Session:
    """One signed-in browser."""

    account: str
    last: float
    requests: int = 0
    waits_for_code: bool = False


class Sessions:
    """The sessions of one running clinic; they don't outlive it."""

    def __init__(self, passwords: Mapping[str, str], limit: SessionLimit, clock: Clock,
                 codes: str | None = None) -> None:  # fmt: skip
        """Begin without a session; `codes` is the address that `new_codes` made, None for no second factor."""
        self._passwords = passwords
        self._limit = limit
        self._clock = clock
        self._codes = pyotp.parse_uri(codes) if codes else None
        self._last_period = 0
        self._sessions: dict[str, _Session] = {}

    def sign_in(self, account: str, password: str, *, by_machine: bool = False) -> str | None:
        """Return the token of a new session, or None if the account or its password is wrong.

        A program that signs in by itself has no second factor.
        """
        if not secrets.compare_digest(self._passwords.get(account, "").encode(), password.encode()) or not password:
            return None
        token = secrets.token_urlsafe()
        waits = self._codes is not None and not by_machine
        self._sessions[token] = _Session(account, self._clock.monotonic(), waits_for_code=waits)
        return token

    def waits_for_code(self, token: str) -> bool:
        """Whether a session still needs its second factor."""
        session = self._sessions.get(token)
        return session is not None and session.waits_for_code

    def confirm(self, token: str, code: str) -> bool:
        """Let a session in with the code of this moment; each is taken once, and one that is late or early is not."""
        if not isinstance(self._codes, pyotp.TOTP) or not self.waits_for_code(token):
            return False
        period = int(self._clock.now().timestamp()) // self._codes.interval
        if period <= self._last_period or not secrets.compare_digest(self._codes.generate_otp(period), code.strip()):
            return False
        self._last_period = period
        self._sessions[token].waits_for_code = False
        return True

    def account(self, token: str) -> str | None:
        """Return who a request with this token comes from, and count it; None if its session has ended."""
        session = self._sessions.get(token)
        if session is None or session.waits_for_code:
            return None
        now = self._clock.monotonic()
        idle = now - session.last > self._limit.seconds
        if idle or (self._limit.requests is not None and session.requests >= self._limit.requests):
            self.end(token)
            return None
        session.last, session.requests = now, session.requests + 1
        return session.account

    def end(self, token: str) -> None:
        """Forget a session."""
        self._sessions.pop(token, None)
