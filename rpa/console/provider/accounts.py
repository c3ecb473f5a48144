"""Whom the provider's accounts are here: the same person for ever, with the roles that the provider says today."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from rpa.approvals.names import check_name, same_name
from rpa.clock import Clock
from rpa.console.people import People, Person, check_roles
from rpa.console.provider.talk import Claims
from rpa.db import Database
from rpa.db.console_tables import Role, console_session, person, person_role, provider_account
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind

_PROVIDER = Actor(ActorKind.LIBRARY, "sign-in of the trust")


class Accounts:
    """Finds the person of an account, and lets in whoever comes for the first time."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def person_of(self, claims: Claims) -> Person:
        """Return the person, with today's roles.

        Raises:
            UsageError: He has no role here, or two that don't go together.
            NotFoundError: He was let out.
        """
        roles = check_roles(roles_of(claims.roles))
        with self._database.transaction() as connection:
            self._database.lock_input(connection, "people")
            known = self._known(connection, claims)
            number = self._added(connection, claims, roles) if known is None else known
        found = self._people.get(number)
        if found.roles != roles:
            self._follow(found, roles)
        return self._people.get(number)

    def _known(self, connection: Connection, claims: Claims) -> int | None:
        same = (provider_account.c.tenant == claims.tenant) & (provider_account.c.object == claims.object)
        found = connection.execute(select(provider_account.c.person_id).where(same)).scalar()
        return None if found is None else int(found)

    def _added(self, connection: Connection, claims: Claims, roles: frozenset[Role]) -> int:
        made = self._people.add_in(connection, self._free_name(connection, claims), roles, by=_PROVIDER)
        values = {"person_id": made, "tenant": claims.tenant, "object": claims.object, "added_at": self._clock.now()}
        connection.execute(insert(provider_account).values(**values))
        return made

    def _free_name(self, connection: Connection, claims: Claims) -> str:
        """Return a name that nobody has yet: the record names people by it, and two may be called the same."""
        names = (claims.name, f"{claims.name} ({claims.login})", claims.login)
        for name in names:
            if (
                _is_name(name)
                and not connection.execute(select(person.c.id).where(person.c.key == same_name(name))).first()
            ):
                return name
        raise UsageError("the provider gives no name that can be told from those of others")

    def _follow(self, one: Person, roles: frozenset[Role]) -> None:
        """Give a person the roles that the provider says; wherever he is signed in with others, he is so no longer."""
        with self._database.transaction() as connection:
            self._database.lock_input(connection, "people")
            connection.execute(delete(person_role).where(person_role.c.person_id == one.id))
            connection.execute(insert(person_role), [{"person_id": one.id, "role": role} for role in sorted(roles)])
            connection.execute(delete(console_session).where(console_session.c.person_id == one.id))
            self._people.tell(connection, "person.changed", _PROVIDER, name=one.name, before=sorted(one.roles),
                              roles=sorted(roles), team_before=one.team, team=one.team)  # fmt: skip


def roles_of(told: Iterable[str]) -> frozenset[Role]:
    """Return our roles of the provider's app roles: `Console.Auditor`, or `auditor`, is the auditor."""
    last = {one.rpartition(".")[2].casefold() for one in told}
    return frozenset(role for role in Role if role in last)


def _is_name(name: str) -> bool:
    try:
        check_name(name)
    except UsageError:
        return False
    return True
