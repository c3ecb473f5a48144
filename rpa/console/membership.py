"""What admins change about people: roles and team, a lost phone, sessions, and whether somebody is in at all."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from rpa.approvals.names import same_name
from rpa.clock import Clock
from rpa.console.people import People, Person, check_roles
from rpa.db import Database
from rpa.db.console_tables import Role, console_session, one_time_link, person, person_role
from rpa.exceptions import UsageError
from rpa.models import Actor


class Membership:
    """Changes people one at a time; each change is recorded in the transaction that makes it."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def change(self, whom: Person, roles: Iterable[Role], *, team: str | None, by: Actor) -> bool:
        """Give a person, as somebody has seen him, these roles and this team; False if he has them already.

        He signs in anew: more roles may need codes, and fewer must hold at once.

        Raises:
            UsageError: The roles don't go together, are one's own, were changed meanwhile, or leave no admin.
        """
        wanted, now_team = check_roles(roles), (" ".join(team.split()) or None) if team else None
        if wanted == whom.roles and now_team == whom.team:
            return False
        if _is_same(whom, by) and wanted != whom.roles:
            raise UsageError("nobody changes his own roles; another admin can")
        with self._database.transaction() as connection:
            self._as_seen(connection, whom)
            connection.execute(update(person).where(person.c.id == whom.id).values(team=now_team))
            if wanted != whom.roles:
                connection.execute(delete(person_role).where(person_role.c.person_id == whom.id))
                rows = [{"person_id": whom.id, "role": one} for one in sorted(wanted)]
                connection.execute(insert(person_role), rows)
                self._check_admin_left(connection, whom)
                _end_sessions(connection, whom)
            self._people.tell(connection, "person.changed", by, name=whom.name, before=sorted(whom.roles),
                              roles=sorted(wanted), team_before=whom.team, team=now_team)  # fmt: skip
        return True

    def let_out(self, whom: Person, *, by: Actor) -> None:
        """Let somebody out: he is signed in no more, and can't sign in again; what he did bears his name still.

        Raises:
            UsageError: It is oneself, he is out already, or nobody would be left to let others in.
        """
        if _is_same(whom, by):
            raise UsageError("nobody lets himself out; another admin can")
        with self._database.transaction() as connection:
            self._as_seen(connection, whom)
            connection.execute(update(person).where(person.c.id == whom.id).values(ended_at=self._clock.now()))
            self._check_admin_left(connection, whom)
            _end_sessions(connection, whom)
            connection.execute(delete(one_time_link).where(one_time_link.c.person_id == whom.id))
            self._people.tell(connection, "person.removed", by, name=whom.name)

    def forget_codes(self, whose: Person, *, by: Actor) -> None:
        """Forget the codes of a phone that is lost or new: the person sets codes up again when he signs in next."""
        with self._database.transaction() as connection:
            none = {"codes": None, "codes_at": None, "code_period": None}
            connection.execute(update(person).where(person.c.id == whose.id).values(**none))
            _end_sessions(connection, whose)
            self._people.tell(connection, "person.codes_forgotten", by, name=whose.name)

    def end_sessions(self, whose: Person, *, by: Actor) -> int:
        """Sign a person out wherever he is signed in, and return at how many places that was."""
        with self._database.transaction() as connection:
            ended = _end_sessions(connection, whose)
            if ended:
                self._people.tell(connection, "person.sessions_ended", by, name=whose.name, sessions=ended)
        return ended

    def _as_seen(self, connection: Connection, whom: Person) -> None:
        """Make sure that a person still is what the caller saw; until the end of the transaction nobody changes him."""
        self._database.lock_input(connection, "people")
        mine = select(person.c.team, person.c.ended_at).where(person.c.id == whom.id)
        row = connection.execute(mine).one()
        roles = connection.execute(select(person_role.c.role).where(person_role.c.person_id == whom.id)).scalars()
        if row.ended_at is not None:
            raise UsageError(f"{whom.name} was let out meanwhile; nothing was changed")
        if frozenset(map(Role, roles)) != whom.roles or row.team != whom.team:
            raise UsageError(f"somebody else has changed {whom.name} meanwhile: look again; nothing was changed")

    def _check_admin_left(self, connection: Connection, whom: Person) -> None:
        if Role.ADMIN not in whom.roles:
            return
        is_admin = exists().where(person_role.c.person_id == person.c.id, person_role.c.role == Role.ADMIN)
        could = (person.c.ended_at.is_(None), person.c.password.is_not(None), is_admin)
        if not connection.execute(select(func.count()).select_from(person).where(*could)).scalar_one():
            raise UsageError("this is the last admin who can sign in; make somebody else admin first")


def _is_same(whom: Person, by: Actor) -> bool:
    """Return whether somebody would change himself; a command's name is typed, and may be spelt a little otherwise."""
    return same_name(whom.name) == same_name(by.name)


def _end_sessions(connection: Connection, whose: Person) -> int:
    mine = delete(console_session).where(console_session.c.person_id == whose.id)
    return connection.execute(mine).rowcount
