"""Tokens with which a program of the trust acts for one person, in one of his roles."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from rpa.clock import Clock
from rpa.console.people import People, Person
from rpa.db import Database
from rpa.db.console_tables import Role, api_token
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor

LONGEST = timedelta(days=366)
_NOTED_EVERY = timedelta(minutes=1)
_PREFIX = "rpa_"
"""So that a token which lies where it should not is found by whoever looks for such."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed; what it is itself is shown once, to its maker."""

    id: int
    person_id: int
    role: Role
    name: str
    made_at: datetime
    until: datetime
    used_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that has shown a token: the person for whom it acts, with no role but the token's."""

    person: Person
    token: Token


class Tokens:
    """Makes, finds and ends tokens."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def make(self, whose: Person, role: Role, name: str, *, days: int, by: Actor) -> str:
        """Return a new token, which is shown this once.

        Raises:
            UsageError: The person has not that role, or it has no name, or would hold for longer than a year.
        """
        self._check(whose, role, name, days)
        secret, now = _PREFIX + secrets.token_urlsafe(32), self._clock.now()
        values = {"person_id": whose.id, "role": role, "name": name, "digest": _digest(secret), "made_at": now,
                  "until": now + timedelta(days=days)}  # fmt: skip
        with self._database.transaction() as connection:
            made = connection.execute(insert(api_token).values(**values).returning(api_token.c.id)).scalar_one()
            self._people.tell(connection, "token.made", by, token=made, person=whose.id, role=role, days=days)
        return secret

    def find(self, secret: str) -> Bearer | None:
        """Return whom a token acts for; None if it does not hold, or if he has lost its role."""
        now = self._clock.now()
        found = self._listed(api_token.c.digest == _digest(secret))
        if not found or found[0].ended_at is not None or found[0].until <= now:
            return None
        token = found[0]
        try:
            whose = self._people.get(token.person_id)
        except NotFoundError:
            return None
        if token.role not in whose.roles:
            return None
        if token.used_at is None or token.used_at < now - _NOTED_EVERY:
            with self._database.transaction() as connection:
                connection.execute(update(api_token).where(api_token.c.id == token.id).values(used_at=now))
        return Bearer(replace(whose, roles=frozenset({token.role})), token)

    def of(self, whose: Person) -> list[Token]:
        """Return the tokens of a person that hold, newest first."""
        mine = self._listed(api_token.c.person_id == whose.id, api_token.c.ended_at.is_(None))
        return [one for one in mine if one.until > self._clock.now()][::-1]

    def end(self, token_id: int, *, whose: Person, by: Actor) -> None:
        """End a token of a person.

        Raises:
            NotFoundError: He has none of that number.
        """
        mine = (api_token.c.id == token_id) & (api_token.c.person_id == whose.id)
        ended = update(api_token).where(mine, api_token.c.ended_at.is_(None)).values(ended_at=self._clock.now())
        with self._database.transaction() as connection:
            if connection.execute(ended).rowcount:
                self._people.tell(connection, "token.ended", by, token=token_id, person=whose.id)
            elif connection.execute(select(api_token.c.id).where(mine)).first() is None:
                raise NotFoundError(f"{whose.name} has no token {token_id}")

    def _check(self, whose: Person, role: Role, name: str, days: int) -> None:
        if role not in whose.roles:
            raise UsageError(f"{whose.name} is no {role}, expected one of his roles: {', '.join(sorted(whose.roles))}")
        if not name.strip() or len(name) > 100:
            raise UsageError("a token needs a name of up to 100 characters, such as the program that will have it")
        if not 1 <= days <= LONGEST.days:
            raise UsageError(f"a token holds for 1 to {LONGEST.days} days, found {days:,}")

    def _listed(self, *which: Any) -> list[Token]:
        columns = [one for one in api_token.c if one.name != "digest"]
        wanted = select(*columns).where(*which).order_by(api_token.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [Token(**{**row, "role": Role(row["role"])}) for row in rows]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
