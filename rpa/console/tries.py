"""Counts refused tries to sign in, so that nobody can try as many passwords or codes as he likes."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from rpa.approvals.names import same_name
from rpa.clock import Clock
from rpa.console.people import People
from rpa.db import Database
from rpa.db.console_tables import console_refusal
from rpa.models import Actor, ActorKind

MOST, WITHIN = 5, timedelta(minutes=15)
"""So many refusals of one account in so long a time: then it waits, whoever tries."""


class Tries:
    """Knows how often each account was refused of late."""

    def __init__(self, database: Database, people: People, clock: Clock, *, digest: Callable[[str], str]) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._pseudonym = digest

    def may(self, account: str) -> bool:
        """Return whether another try is allowed now."""
        refused = select(func.count()).where(
            console_refusal.c.account == self._digest(account), console_refusal.c.at > self._clock.now() - WITHIN
        )
        with self._database.reading() as connection:
            return int(connection.execute(refused).scalar_one()) < MOST

    def refused(self, account: str) -> None:
        """Count a refusal; one account's digest stands in the record, for the name may be anything."""
        now, digest = self._clock.now(), self._digest(account)
        with self._database.transaction() as connection:
            connection.execute(delete(console_refusal).where(console_refusal.c.at < now - WITHIN))
            connection.execute(insert(console_refusal).values(account=digest, at=now))
            self._people.tell(connection, "person.refused", Actor(ActorKind.LIBRARY, "rpa"), account=digest)

    def good(self, account: str) -> None:
        """Forget the refusals of an account that has signed in."""
        with self._database.transaction() as connection:
            connection.execute(delete(console_refusal).where(console_refusal.c.account == self._digest(account)))

    def _digest(self, account: str) -> str:
        return self._pseudonym(same_name(account))  # however it is spelt, it is the same account
