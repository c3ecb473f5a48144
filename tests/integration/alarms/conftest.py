"""An office's alarms, and the servers they go to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from rpa.alarms import Alarm, AlarmKind, latest_alarms, raise_alarm
from rpa.db import Database
from rpa.postman import Postman
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings
from tests.conftest import HandClock
from tests.integration.alarms.servers import Hook, MailServer, hook_server, mail_server


@dataclass(frozen=True)
class Office:
    """Raises alarms, and has postmen."""

    database: Database
    clock: HandClock

    def raised(self, *subjects: str, kind: AlarmKind = AlarmKind.NEEDS_PERSON, said: str = "Look.") -> None:
        with self.database.transaction() as connection:
            for subject in subjects:
                raise_alarm(connection, kind, subject=subject, said=said, now=self.clock.now())

    def postman(self, **settings: Any) -> Postman:
        return Postman(self.database, AlarmSettings(**settings), self.clock, Secrets())

    @property
    def alarms(self) -> Sequence[Alarm]:
        """All alarms, oldest first."""
        with self.database.reading() as connection:
            return latest_alarms(connection)[::-1]

    def rounds(self, postman: Postman, *, minutes: int) -> None:
        """Let the postman look every minute for so long."""
        for _ in range(minutes):
            postman.tick()
            self.clock.time += timedelta(minutes=1)


@pytest.fixture
def office(database: Database, clock: HandClock) -> Office:
    return Office(database, clock)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as server:
        yield server
