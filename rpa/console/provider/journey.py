"""One way to the provider and back: what a browser keeps meanwhile, sealed, so that no other browser can end it."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

import orjson
from cryptography.fernet import Fernet, InvalidToken

from rpa.clock import Clock

HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Journey:
    """What a callback is checked against."""

    state: str
    nonce: str
    verifier: str
    is_test: bool = False
    """Whether an admin only tries whether it works."""


class Journeys:
    """Begins them, and opens what a browser brings back; the key outlives a restart and is that of each console."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._box = Fernet(key)
        self._clock = clock

    def begin(self, *, is_test: bool) -> Journey:
        """Return a new one, of values that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return Journey(state, nonce, verifier, is_test)

    def sealed(self, one: Journey) -> str:
        """Return what the browser keeps."""
        return self._box.encrypt_at_time(orjson.dumps(asdict(one)), self._now()).decode()

    def opened(self, kept: str, state: str) -> Journey | None:
        """Return the journey that a browser brings back; None if it is another's, or was begun too long ago."""
        try:
            text = self._box.decrypt_at_time(kept.encode(), int(HOLDS.total_seconds()), self._now())
        except InvalidToken:
            return None
        found = Journey(**orjson.loads(text))
        return found if secrets.compare_digest(found.state.encode(), state.encode()) else None

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
