"""The people who use the console: who they are, what they are let in for, and how they show it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, delete, insert, select, update

from rpa.approvals.names import check_name, same_name
from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.console.codes import Codes
from rpa.console.passwords import stored_form
from rpa.db import Database
from rpa.db.console_tables import Role, console_session, person, person_role
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor, ActorKind

PRIVILEGED = frozenset(Role) - {Role.REQUESTER}
"""Roles that need one-time codes beside a password, whatever the settings say."""
_NEVER_BOTH = frozenset({Role.OPERATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the console."""

    id: int
    name: str
    roles: frozenset[Role]
    team: str | None
    has_password: bool
    has_codes: bool
    signed_in_at: datetime | None
    must_have_codes: bool
    """Whether one of his roles needs one-time codes beside a password."""
    password_mark: str = ""
    """Another one for each password, and nothing that tells of it."""

    @property
    def actor(self) -> Actor:
        """The person as the record names him."""
        return Actor(ActorKind.PERSON, self.name)

    @property
    def needs_codes(self) -> bool:
        """Whether a password alone does not let him in."""
        return self.has_codes or self.must_have_codes

    def may(self, roles: Collection[Role]) -> bool:
        """Return whether he has one of these roles."""
        return bool(self.roles & set(roles))


def check_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """Return roles that one person may have together.

    Raises:
        UsageError: There is none, or whoever reads the record would read what he did himself.
    """
    wanted = frozenset(roles)
    if not wanted:
        raise UsageError("choose one role at least")
    if wanted >= _NEVER_BOTH:
        raise UsageError("nobody can be operator and auditor, expected one of the two: auditors look at operators")
    return wanted


class People:
    """Lets people in and out, and keeps what they show who they are with."""

    def __init__(self, database: Database, record: Record, clock: Clock, codes: Codes, *,
                 organisation: str = "", codes_for_all: bool = False) -> None:  # fmt: skip
        self._database = database
        self._record = record
        self._clock = clock
        self._codes = codes
        self._organisation = organisation
        self._need_codes = frozenset(Role) if codes_for_all else PRIVILEGED

    def all(self) -> list[Person]:
        """Return everybody who is in, by name."""
        return self._found(person.c.ended_at.is_(None))

    def listed(self, words: str = "", role: Role | None = None, *, after: int = 0,
               most: int | None = 50) -> list[Person]:  # fmt: skip
        """Return a page of who is in, by number: whose name or team has these words, and who has this role."""
        which = [person.c.ended_at.is_(None), person.c.id > after]
        if words:
            which.append(
                person.c.name.icontains(words, autoescape=True) | person.c.team.icontains(words, autoescape=True)
            )
        if role is not None:
            which.append(person.c.id.in_(select(person_role.c.person_id).where(person_role.c.role == role)))
        return self._found(*which, order=person.c.id, most=most)

    def get(self, person_id: int) -> Person:
        """Return somebody who is in.

        Raises:
            NotFoundError: Nobody of that number is.
        """
        found = self._found(person.c.id == person_id, person.c.ended_at.is_(None))
        if not found:
            raise NotFoundError(f"there is nobody of number {person_id}")
        return found[0]

    def named(self, name: str) -> tuple[Person, str | None] | None:
        """Return who is in under a name, and what is kept of his password."""
        found = self._found(person.c.key == same_name(name), person.c.ended_at.is_(None))
        if not found:
            return None
        with self._database.reading() as connection:
            kept = connection.execute(select(person.c.password).where(person.c.id == found[0].id)).scalar_one()
        return found[0], kept

    def has_admin(self) -> bool:
        """Return whether somebody can let others in: an admin who has chosen his password."""
        return any(Role.ADMIN in one.roles and one.has_password for one in self.all())

    def names_of_team(self, mine: Person) -> list[str]:
        """Return whose jobs a person sees: his own, and those of his team, also of people who have left it."""
        if mine.team is None:
            return [mine.name]
        return [one.name for one in self._found(person.c.team == mine.team)]

    def add(self, name: str, roles: Iterable[Role], *, by: Actor, team: str | None = None) -> Person:
        """Let somebody in.

        Raises:
            UsageError: The name is not one, somebody has one that looks the same, or there is no role.
        """
        with self._database.transaction() as connection:
            made = self.add_in(connection, name, roles, by=by, team=team)
        return self.get(made)

    def add_in(self, connection: Connection, name: str, roles: Iterable[Role], *, by: Actor,
               team: str | None = None) -> int:  # fmt: skip
        """Let somebody in, in a transaction of the caller's, and return his number; raises as `add` does."""
        name = " ".join(name.split())
        check_name(name)
        wanted = check_roles(roles)
        self._database.lock_input(connection, "people")
        if connection.execute(select(person.c.id).where(person.c.key == same_name(name))).first() is not None:
            raise UsageError(f"somebody is called {name} already, expected a name that looks different")
        values = {"name": name, "key": same_name(name), "team": team or None, "added_at": self._clock.now()}
        made = int(connection.execute(insert(person).values(**values).returning(person.c.id)).scalar_one())
        connection.execute(insert(person_role), [{"person_id": made, "role": one} for one in sorted(wanted)])
        self.tell(connection, "person.added", by, name=name, roles=sorted(wanted))
        return made

    def choose_password(self, chosen: Person, password: str) -> None:
        """Keep a new password; whoever was signed in with the old one is so no longer.

        Raises:
            UsageError: It is too short, or others would try it first.
        """
        kept = self.stored_form(chosen.name, password)
        with self._database.transaction() as connection:
            self.keep_password(connection, chosen.id, chosen.actor, kept)

    def stored_form(self, name: str, password: str) -> str:
        """Return what is kept of a new password of somebody of this name; raises as `choose_password` does."""
        return stored_form(password, names=(name, self._organisation))

    def keep_password(self, connection: Connection, person_id: int, by: Actor, kept: str) -> None:
        """Keep the stored form of a new password, in a transaction of the caller's."""
        self._database.lock_input(connection, "people")
        connection.execute(update(person).where(person.c.id == person_id).values(password=kept))
        connection.execute(delete(console_session).where(console_session.c.person_id == person_id))
        self.tell(connection, "person.password_chosen", by)

    def is_still(self, connection: Connection, whom: Person) -> bool:
        """Return whether somebody is in with the roles and password he was found with; so he is until the end of it."""
        self._database.lock_input(connection, "people")
        row = _row(connection, whom.id)
        roles = connection.execute(select(person_role.c.role).where(person_role.c.person_id == whom.id)).scalars()
        return (row["ended_at"] is None and _mark(row["password"]) == whom.password_mark
                and frozenset(map(Role, roles)) == whom.roles)  # fmt: skip

    def begin_codes(self, whose: Person) -> str:
        """Return the secret that a person puts into his phone; the same one until a code of it was given.

        Raises:
            NotFoundError: One was given, so the secret is shown to nobody any more, and none takes its place.
        """
        with self._database.transaction() as connection:
            self._database.lock_input(connection, f"codes of {whose.id}")
            row = _row(connection, whose.id)
            if row["codes_at"] is not None:
                raise NotFoundError(f"the codes of {whose.name} are set up")
            kept = self._codes.new() if row["codes"] is None else row["codes"]
            connection.execute(update(person).where(person.c.id == whose.id).values(codes=kept))
        return self._codes.secret_of(bytes(kept))

    def take_code(self, whose: Person, code: str) -> bool:
        """Take a one-time code; False if it is wrong, or was taken before."""
        with self._database.transaction() as connection:
            self._database.lock_input(connection, f"codes of {whose.id}")
            row, now = _row(connection, whose.id), self._clock.now()
            if row["codes"] is None:
                return False
            period = self._codes.period_of(bytes(row["codes"]), code, now, after=row["code_period"])
            if period is None:
                return False
            values: dict[str, Any] = {"code_period": period}
            if row["codes_at"] is None:
                values["codes_at"] = now
                self.tell(connection, "person.codes_set_up", whose.actor)
            connection.execute(update(person).where(person.c.id == whose.id).values(**values))
        return True

    def tell(self, connection: Connection, event: str, by: Actor, /, **facts: Any) -> None:
        """Append to the record, in a transaction, what became of a person."""
        self._record.append(connection, SYSTEM_RUN, Event(event, by, facts=facts))

    def _found(self, *which: Any, order: Column[Any] = person.c.name, most: int | None = None) -> list[Person]:
        roles: dict[int, set[Role]] = {}
        with self._database.reading() as connection:
            asked = select(person).where(*which).order_by(order).limit(most)
            rows = connection.execute(asked).mappings().all()
            mine = person_role.c.person_id.in_([row["id"] for row in rows])
            for row in connection.execute(select(person_role).where(mine)):
                roles.setdefault(row.person_id, set()).add(Role(row.role))
        return [_person(row, roles.get(row["id"], set()), self._need_codes) for row in rows]


def _row(connection: Connection, person_id: int) -> RowMapping:
    return connection.execute(select(person).where(person.c.id == person_id)).mappings().one()


def _person(row: RowMapping, roles: Iterable[Role], need_codes: Iterable[Role]) -> Person:
    return Person(
        row["id"],
        row["name"],
        frozenset(roles),
        row["team"],
        row["password"] is not None,
        row["codes_at"] is not None,
        row["signed_in_at"],
        not frozenset(roles).isdisjoint(need_codes),
        _mark(row["password"]),
    )


def _mark(kept: str | None) -> str:
    return sha256(kept.encode()).hexdigest() if kept is not None else ""
