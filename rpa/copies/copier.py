"""Copies seals by e-mail, to a webhook and into a second database: one worker does it for all."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from loguru import logger
from sqlalchemy import select, tuple_

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit.sealer import Seal
from rpa.clock import Clock
from rpa.copies.second import SecondDatabase
from rpa.copies.sending import SealMessages
from rpa.copies.stamping import TimeStamps
from rpa.db import Database
from rpa.db.seal_tables import seal
from rpa.duties import Rota
from rpa.exceptions import UsageError
from rpa.postman.mail import Mail
from rpa.postman.ways import fault_of
from rpa.postman.webhook import Webhook
from rpa.sealing import anchors_of
from rpa.secrets import Secrets
from rpa.settings import Settings

_HOLD, _AGAIN = timedelta(minutes=2), timedelta(minutes=1)
_AT_ONCE = 500


class Place(Protocol):
    """Where copies of seals go."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def every(self) -> timedelta:
        """How often it gets what is new."""

    def keep(self, seals: Sequence[Seal]) -> None:
        """Copy seals, oldest first; any exception says that they did not arrive."""


class Copier:
    """Gives each place the seals that it has not had yet."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, secrets: Secrets) -> None:
        self._database = database
        self._clock = clock
        self._rota = Rota(database, clock)
        self._places = list(_places(settings, clock, secrets))

    def tick(self) -> None:
        """Copy what is due."""
        for place in self._places:
            name = f"seals by {place.name}"
            reached = self._rota.take(name, hold=_HOLD)
            if reached is not None:
                self._copy(place, name, reached)

    def _copy(self, place: Place, name: str, reached: str) -> None:
        seals = self._seals_after(reached)
        try:
            if seals:
                place.keep(seals)
        except Exception as error:  # a server can answer anything; no answer may end a worker
            self._tell(place, fault_of(error))
            self._rota.done(name, again_in=_AGAIN, reached=reached)
            return
        after = f"{seals[-1].tree} {seals[-1].size}" if seals else reached
        self._rota.done(name, again_in=place.every if len(seals) < _AT_ONCE else timedelta(), reached=after)

    def _seals_after(self, reached: str) -> list[Seal]:
        tree, size = map(int, reached.split()) if reached else (0, 0)
        later = select(seal).where(tuple_(seal.c.tree, seal.c.size) > tuple_(tree, size))
        with self._database.reading() as connection:
            found = connection.execute(later.order_by(seal.c.tree, seal.c.size).limit(_AT_ONCE)).all()
        return [Seal(one.tree, one.size, one.note, one.sealed_at) for one in found]

    def _tell(self, place: Place, fault: str) -> None:
        said = f"The seals of the record can't be copied by {place.name}: {fault}. It is tried again every minute."
        logger.error("{}", said)
        with self._database.transaction() as connection:
            now = self._clock.now()
            raise_alarm(connection, AlarmKind.RECORD_UNSEALED, subject=f"seals by {place.name}", said=said, now=now)


def _places(settings: Settings, clock: Clock, secrets: Secrets) -> Sequence[Place]:
    record, alarms = settings.record, settings.alarms
    every = timedelta(seconds=record.copy_every)
    places: list[Place] = []
    if record.mail_to:
        mail = Mail(alarms.model_copy(update={"mail_to": record.mail_to}), secrets, clock)
        places.append(SealMessages(mail, every))
    if record.webhook or record.webhook_secret:
        to = {"webhook": record.webhook, "webhook_secret": record.webhook_secret}
        places.append(SealMessages(Webhook(alarms.model_copy(update=to), secrets), every))
    if record.second_database:
        places.append(SecondDatabase(record.second_database, every=timedelta(seconds=record.seal_every)))
    if record.time_stamps:
        if record.time_stamp_authorities is None:
            raise UsageError("found time_stamps without time_stamp_authorities in [record]; name the file with whose "
                             "certificates a stamp is checked")  # fmt: skip
        folder = anchors_of(settings)
        places.append(TimeStamps(record.time_stamps, record.time_stamp_authorities, folder, every=every))
    return places
