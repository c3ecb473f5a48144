"""Counts refused tries to sign in, so that nobody can try as many passwords or codes as he likes."""

from collections.abc import Callable
from datetime import timedelta

from loguru import logger
from sqlalchemy import delete, func, insert, select

from rpa.approvals.names import same_name
from rpa.clock import Clock
from rpa.console.people import People
from rpa.db import Database
from rpa.db.console_tables import console_refusal
from rpa.models import Actor, ActorKind

MOST, WITHIN = 5, timedelta(minutes=15)
"""So many refusals of one account in so long a time: then it waits, whoever tries."""
MOST_TOLD = 500
"""So many refusals of all accounts in that time stand in the record; of those that come after them, the log tells."""
PASSWORD, PASSPHRASE, PROVIDER = "password", "passphrase", "provider"
"""What is tried: a name's password and codes, an approver's passphrase, the way back from the provider."""


class Tries:
    """Knows how often each account was refused of late."""

    def __init__(self, database: Database, people: People, clock: Clock, *, digest: Callable[[str], str]) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._pseudonym = digest

    def may(self, account: str, *, of: str = PASSWORD) -> bool:
        """Return whether another try is allowed now; `of` says what is tried, for each is counted by itself."""
        refused = select(func.count()).where(
            console_refusal.c.account == self._digest(account, of), console_refusal.c.at > self._clock.now() - WITHIN
        )
        with self._database.reading() as connection:
            return int(connection.execute(refused).scalar_one()) < MOST

    def refused(self, account: str, *, of: str = PASSWORD) -> None:
        """Count a refusal; one account's digest stands in the record, for the name may be anything."""
        now, digest = self._clock.now(), self._digest(account, of)
        with self._database.transaction() as connection:
            connection.execute(delete(console_refusal).where(console_refusal.c.at < now - WITHIN))
            told = connection.execute(select(func.count()).select_from(console_refusal)).scalar_one()
            connection.execute(insert(console_refusal).values(account=digest, at=now))
            if told >= MOST_TOLD:  # else strangers could fill the record, which is kept for ever
                logger.warning("somebody was refused, as were {} before within {}", told, WITHIN)
                return
            self._people.tell(connection, "person.refused", Actor(ActorKind.LIBRARY, "rpa"), account=digest)

    def good(self, account: str, *, of: str = PASSWORD) -> None:
        """Forget the refusals of an account that has signed in."""
        with self._database.transaction() as connection:
            connection.execute(delete(console_refusal).where(console_refusal.c.account == self._digest(account, of)))

    def _digest(self, account: str, of: str) -> str:
        # However it is spelt, it is the same account. No such name has a colon, so nobody types what is counted apart.
        return self._pseudonym(same_name(account) if of == PASSWORD else f"{of}:{same_name(account)}")
