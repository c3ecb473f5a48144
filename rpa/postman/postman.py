"""Takes alarms that wait to be sent, one message at a time, within the limits of what people can read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from loguru import logger
from sqlalchemy import func, insert, select, text, update

from rpa.alarms import Alarm, due_alarms
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import alarm
from rpa.duties.rota import Rota
from rpa.exceptions import UsageError
from rpa.postman.messages import message_of, trial_message
from rpa.postman.ways import Delivery, Way, deliver, ways_of
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings

_IS_UNSENT = text("alarm.sent_at IS NULL")  # in the words of the partial index, so that it is used
_DUTY = "postman"
_ROUND = 20.0
"""Seconds after which no new message of a round is begun."""
_HOLD = timedelta(minutes=2)
"""How long nobody else sends, should the one who does die in between: longer than a round and its last message."""
_HOUR = timedelta(hours=1)
_FIRST_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=30), timedelta(hours=1)
_LONGEST_FAULT = 200


class Postman:
    """Sends each alarm once in the ordinary case. Who dies between sending and noting it makes it be sent again."""

    def __init__(self, database: Database, settings: AlarmSettings, clock: Clock, secrets: Secrets) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._rota = Rota(database, clock)
        self._ways: Sequence[Way] = list(ways_of(settings, secrets, clock))

    def tick(self) -> None:
        """Send what is due, if any way is configured and no other worker is at it."""
        if not self._ways or not self._due(limit=1) or self._rota.take(_DUTY, hold=_HOLD) is None:
            return
        try:
            self._round()
        finally:
            self._rota.done(_DUTY, again_in=timedelta(), reached="")

    def test(self) -> list[Delivery]:
        """Send a test message now on every way, and say of each whether it arrived.

        Raises:
            UsageError: No way is configured.
        """
        if not self._ways:
            raise UsageError(
                "alarms go nowhere: give mail_to or webhook in [alarms] of rpa.toml; "
                "until then they are stored, and `rpa alarms` lists them"
            )
        return [deliver(way, trial_message(self._clock.now())) for way in self._ways]

    def _round(self) -> None:
        end = self._clock.monotonic() + _ROUND
        waiting = [one for one in self._due(limit=1000) if not self._put_off(one)]
        while waiting and self._clock.monotonic() < end:
            some = self._next_message(waiting)
            if not some:
                return
            waiting = [one for one in waiting if one not in some]
            self._send(some)

    def _due(self, *, limit: int) -> list[Alarm]:
        with self._database.reading() as connection:
            return list(due_alarms(connection, self._clock.now(), limit=limit))

    def _put_off(self, one: Alarm) -> bool:
        """Put off what was sent a short while ago; until then it is counted up."""
        same = (alarm.c.kind == one.kind) & (alarm.c.subject == one.subject)
        with self._database.reading() as connection:
            last: datetime | None = connection.execute(select(func.max(alarm.c.sent_at)).where(same)).scalar()
        next_at = last + timedelta(seconds=self._settings.again_after) if last else None
        if next_at is None or next_at <= self._clock.now():
            return False
        self._try_at(next_at, [one])
        return True

    def _next_message(self, waiting: Sequence[Alarm]) -> Sequence[Alarm]:
        """Return what the next message tells: one alarm, all of them when the hour is full, none after that."""
        sent = self._sent_this_hour()
        if len(sent) < self._settings.most_per_hour:
            return waiting[:1]
        if len(sent) == self._settings.most_per_hour:
            return waiting
        self._try_at(sent[0] + _HOUR, waiting)
        return ()

    def _sent_this_hour(self) -> list[datetime]:
        """Return when messages were sent; all alarms of one message have the very same time."""
        lately = select(alarm.c.sent_at).where(alarm.c.sent_at > self._clock.now() - _HOUR).distinct()
        with self._database.reading() as connection:
            return list(connection.execute(lately.order_by(alarm.c.sent_at)).scalars())

    def _send(self, alarms: Sequence[Alarm]) -> None:
        self._try_at(self._clock.now() + _HOLD, alarms, tried=1)
        made = message_of(alarms)
        deliveries = [deliver(way, made) for way in self._ways]
        faults = [f"{one.way}: {one.fault}" for one in deliveries if one.fault]
        for one in faults:
            logger.warning("alarm {} could not be sent by {}", alarms[0].id, one)
        fault = "; ".join(faults)[:_LONGEST_FAULT] or None
        if len(faults) < len(deliveries):
            self._note_sent(alarms, fault)
        else:
            tries = min(one.tries for one in alarms)
            wait = min(_FIRST_BACKOFF * 2 ** min(tries, 20), _LONGEST_BACKOFF)
            self._try_at(self._clock.now() + wait, alarms, fault=fault)

    def _note_sent(self, alarms: Sequence[Alarm], fault: str | None) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            for one in alarms:
                mine = alarm.c.id == one.id
                row = connection.execute(select(alarm).where(mine).with_for_update()).mappings().one()
                told = {"sent_at": now, "count": one.count, "text": one.text, "fault": fault}
                connection.execute(update(alarm).where(mine).values(**told))
                if row["count"] > one.count:  # raised again while the message was on its way: the next one tells it
                    rest = {"kind": one.kind, "subject": one.subject, "text": row["text"], "try_at": now}
                    rest |= {"raised_at": row["last_at"], "last_at": row["last_at"]}
                    more = row["count"] - one.count
                    connection.execute(insert(alarm).values(**rest, count=more))

    def _try_at(self, moment: datetime, alarms: Sequence[Alarm], *, tried: int = 0, fault: str | None = None) -> None:
        ids = [one.id for one in alarms]
        values = {"try_at": moment, "tries": alarm.c.tries + tried} | ({"fault": fault} if fault else {})
        with self._database.transaction() as connection:
            connection.execute(update(alarm).where(alarm.c.id.in_(ids), _IS_UNSENT).values(**values))
