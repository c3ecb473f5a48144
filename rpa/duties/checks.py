"""The standing checks that raise alarms, together: each is done by one worker for all of them."""

from datetime import timedelta
from functools import partial

from rpa.clock import Clock
from rpa.db import Database
from rpa.duties.deadlines import Deadlines
from rpa.duties.rota import Rota
from rpa.duties.silence import Silence
from rpa.duties.soundness import Soundness
from rpa.sealing import known_of
from rpa.settings import Settings


class Checks:
    """Silent workers, deadlines at risk, and whether the record is as it was written."""

    EVERY = timedelta(seconds=30)
    """How often they are done, whatever the number of workers."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._rota = Rota(database, clock)
        after, lease = timedelta(seconds=settings.alarms.silent_after), timedelta(seconds=settings.lease_seconds)
        self._silence = Silence(database, clock, after=after, lease=lease)
        self._deadlines = Deadlines(database, clock)
        self._soundness = Soundness(database, clock, self._rota, known=partial(known_of, settings))

    def tick(self) -> None:
        """Do the checks if they are due and no other worker did them."""
        if self._rota.take("checks", hold=self.EVERY) is not None:
            self._silence.look()
            self._deadlines.look()
        self._soundness.look()
