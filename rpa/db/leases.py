"""The clock of leases: the same for all who share a database, whatever happens to the clock of a machine."""

import threading
from datetime import UTC, datetime, timedelta

from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from rpa.clock import Clock
from rpa.db.engine import Database

_START = datetime(1970, 1, 1, tzinfo=UTC)
_STEADY = timedelta(seconds=2)
_QUICK = timedelta(seconds=2)
"""How long an answer may take that tells the time: when in between the server looked at its clock, nobody knows."""


class LeaseClock:
    """Tells the time by which leases end.

    On PostgreSQL it is the server's time, carried on between two looks at it by this machine's monotonic clock. On
    SQLite all processes are on one machine: there it is the machine's monotonic clock, which no setting of the wall
    clock moves.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._offset = self._steady_since = 0.0
        self._look(first=True)

    def now(self) -> datetime:
        """Return the present by the clock of leases."""
        return _START + timedelta(seconds=self._clock.monotonic() + self._offset)

    def shared_now(self) -> datetime:
        """Return the present as all machines tell it, to be shown to people."""
        return self._clock.now() if self._database.kind == "sqlite" else self.now()

    def look(self) -> bool:
        """Compare with the server's clock, and return whether it is known now; if not, the next look may tell."""
        try:
            return self._look()
        except SQLAlchemyError as error:
            logger.info("the database's clock can't be read: {}", type(error).__name__)
            return False

    @property
    def offset(self) -> float:
        """Seconds between this machine's monotonic clock and the clock of leases."""
        return self._offset

    def follow(self, offset: float) -> None:
        """Go by what another process of this machine found when it last looked."""
        with self._lock:
            if abs(offset - self._offset) > _STEADY.total_seconds():
                self._steady_since = self._clock.monotonic()
            self._offset = offset

    def latest_end(self, lease: timedelta) -> datetime:
        """Return the time after which no lease of now can end.

        One that does is from before the machine was started, or from before the server's clock was put back.
        """
        return self.now() + 2 * lease

    @property
    def steady_for(self) -> float:
        """Seconds since the clock was first read, or was last found to have jumped.

        Whoever judges a lease by its end waits for one whole lease first: by then each living worker has extended its
        leases by the clock as it is now.
        """
        return self._clock.monotonic() - self._steady_since

    def _look(self, *, first: bool = False) -> bool:
        before = self._clock.monotonic()
        found = self._database.server_time()
        after = self._clock.monotonic()
        with self._lock:
            if first:
                self._steady_since = after
            if found is None:
                return True
            if after - before > _QUICK.total_seconds() and not first:
                return False
            offset = (found - _START).total_seconds() - (before + after) / 2
            if not first and abs(offset - self._offset) > _STEADY.total_seconds() + after - before:
                logger.warning("the database's clock jumped by {:.0f} s", offset - self._offset)
                self._steady_since = after
            self._offset = offset
            return True
