"""Seals the record on time and keeps copies of the seals outside: what goes wrong is told, and stops nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loguru import logger
from sqlalchemy import select, tuple_

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit.against import Against
from rpa.audit.anchors import AnchorFolder
from rpa.audit.events import Event
from rpa.audit.key_check import check_keys
from rpa.audit.keys import SealKeys
from rpa.audit.notes import SigningKey
from rpa.audit.part import WHOLE, Part
from rpa.audit.record import SYSTEM_RUN, Record
from rpa.audit.sealer import Seal, Sealer, latest_seal
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.seal_tables import seal, sealed_run
from rpa.db.tables import chain
from rpa.exceptions import RecordError
from rpa.models import Actor
from rpa.settings import Settings

_COPIES_AT_ONCE = 500
_PATIENCE, _BETWEEN = 10.0, 0.1
"""Seconds that somebody else, who is sealing, is waited for."""


def has_seals(database: Database) -> bool:
    """Return whether the record was ever sealed."""
    with database.reading() as connection:
        return latest_seal(connection) is not None


def anchors_of(settings: Settings) -> Path:
    """Return the folder for copies of seals."""
    return settings.record.anchors or settings.dir / "anchors"


def archives_of(settings: Settings) -> Path:
    """Return the folder of years that were moved out of the database."""
    return settings.record.archives or settings.dir / "archives"


def keys_of(settings: Settings) -> SealKeys:
    """Return the keys of the seals."""
    return SealKeys(settings.dir / "keys", in_keyring=settings.record.key_in == "keyring")


def known_of(settings: Settings, part: Part = WHOLE) -> Against:
    """Return what an installation has itself to hold its record against: public keys, and copies if they are there.

    Raises:
        RecordError: A key can't be read.
    """
    folder = AnchorFolder(anchors_of(settings))
    keys = keys_of(settings).public()
    return Against(keys or None, folder if folder.is_there else (), part=part if keys else WHOLE)


class Sealing:
    """Seals with the newest key, and copies every seal that has no copy yet.

    A key that is gone or a folder that isn't there raises an alarm; the record is written to as before, and what was
    missed is made up for as soon as it is there again.
    """

    def __init__(self, database: Database, record: Record, clock: Clock, *, keys: SealKeys, anchors: Path) -> None:
        self.keys = keys
        self.anchors = AnchorFolder(anchors)
        self._database = database
        self._record = record
        self._clock = clock

    def tick(self) -> None:
        """Seal what there is, also when nothing happened, and copy what has no copy."""
        with self._told("the record can't be sealed; it is still written to, and what is written is proved less"):
            if self._sealer().seal() is not None:
                with self._told("a seal of the record can't be copied to the folder of anchors"):
                    self._copy()

    def cover(self, run: str) -> bool:
        """Seal until everything that a run has by now is covered; False if that can't be done now."""
        with self._database.reading() as connection:
            size = connection.execute(select(chain.c.size).where(chain.c.run == run)).scalar() or 0
        give_up = self._clock.monotonic() + _PATIENCE
        while self._sealed(run) < size:
            self.tick()
            if self._clock.monotonic() > give_up:
                return False
            if self._sealed(run) < size:
                self._clock.sleep(_BETWEEN)
        return True

    def rotate(self, *, by: Actor) -> None:
        """Let a new key sign from now on; the record tells of both, under a seal of the old one.

        Raises:
            RecordError: The old key can't be read: whoever has lost it lets `SealKeys` make another, which is told of
                as well, but not by it.
        """
        before, after = self._signing().public, self.keys.fresh()
        self._tell(Event("key.rotated", by, facts={"old": str(before), "new": str(after.public)}))
        if not self.cover(SYSTEM_RUN):
            raise RecordError("the record could not be sealed with the old key just now, so it still signs; try again")
        self.keys.keep(after)

    def replace_key(self, *, by: Actor, why: str) -> None:
        """Let a new key sign from now on although the old one is lost: the record tells of it, under no old seal."""
        after = self.keys.fresh()
        facts = {"lost": [str(one) for one in self.keys.public()][-1:], "new": str(after.public)}
        self._tell(Event("key.replaced", by, facts=facts, payload={"why": why}))
        self.keys.keep(after)

    def _tell(self, event: Event) -> None:
        with self._database.transaction() as connection:
            self._record.append(connection, SYSTEM_RUN, event)

    def _sealer(self) -> Sealer:
        return Sealer(self._database, self._record, self._clock, self._signing())

    def _signing(self) -> SigningKey:
        with self._database.reading() as connection:
            check_keys(connection, self.keys)
        return self.keys.signing()

    def _sealed(self, run: str) -> int:
        with self._database.reading() as connection:
            found = connection.execute(select(sealed_run.c.size).where(sealed_run.c.run == run)).scalar()
        return found or 0

    def _copy(self) -> None:
        newest = self.anchors.newest() or (0, 0)
        later = select(seal).where(tuple_(seal.c.tree, seal.c.size) > tuple_(*newest))
        with self._database.reading() as connection:
            found = connection.execute(later.order_by(seal.c.tree, seal.c.size).limit(_COPIES_AT_ONCE)).all()
        for one in found:
            self.anchors.keep(Seal(one.tree, one.size, one.note, one.sealed_at))

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (RecordError, OSError) as error:
            why = str(error) if isinstance(error, RecordError | FileNotFoundError) else error.strerror
            logger.error("{}: {}", what, why)
            said = f"{what[0].upper()}{what[1:]}: {why}."
            with self._database.transaction() as connection:
                raise_alarm(connection, AlarmKind.RECORD_UNSEALED, subject="seals", said=said, now=self._clock.now())
