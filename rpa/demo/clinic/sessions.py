"""Who is signed in: sessions that end after a while or after so many requests."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from rpa.clock import Clock

COOKIE = "practice_session"


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


class Sessions:
    """The sessions of one running clinic; they don't outlive it."""

    def __init__(self, passwords: Mapping[str, str], limit: SessionLimit, clock: Clock) -> None:
        self._passwords = passwords
        self._limit = limit
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    def sign_in(self, account: str, password: str) -> str | None:
        """Return the token of a new session, or None if the account or its password is wrong."""
        if not secrets.compare_digest(self._passwords.get(account, "").encode(), password.encode()) or not password:
            return None
        token = secrets.token_urlsafe()
        self._sessions[token] = _Session(account, self._clock.monotonic())
        return token

    def account(self, token: str) -> str | None:
        """Return who a request with this token comes from, and count it; None if its session has ended."""
        session = self._sessions.get(token)
        if session is None:
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
