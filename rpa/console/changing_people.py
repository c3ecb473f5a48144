"""What an admin does about one person: other roles, a new link or phone, an end of sessions, and letting out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.responses import Response

from rpa.console import letting_in
from rpa.console.door import Page
from rpa.console.navigation import ADMINS
from rpa.console.people import Person
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError


def change(visit: Visit) -> Response:
    """Do what one of the buttons of a person's page says."""
    whom = visit.site.people.get(visit.number("person"))
    return WAYS.get(visit.text("what"), letting_in.about)(visit, whom)


def ask_let_out(visit: Visit) -> Response:
    """Ask before somebody is let out, and say what that means."""
    return _asked(visit, visit.site.people.get(visit.number("person")))


def let_out(visit: Visit) -> Response:
    """Let somebody out."""
    whom = visit.site.people.get(visit.number("person"))
    try:
        visit.site.membership.let_out(_as_seen(visit, whom), by=visit.person.actor)
    except UsageError as error:
        return _asked(visit, whom, error)
    return visit.go("/people", said="let-out")


def _asked(visit: Visit, whom: Person, error: UsageError | None = None) -> Response:
    errors = {"let-out": in_words(error)} if error else {}
    sessions = visit.site.sessions.of(whom)
    return visit.show("person_let_out.html", status=422 if error else 200, whom=whom, sessions=sessions, errors=errors)


def _as_seen(visit: Visit, whom: Person) -> Person:
    """Return the person as the page showed him, so that nothing somebody else changed meanwhile is undone."""
    roles = frozenset(one for one in Role if one in visit.text("was-roles").split())
    return replace(whom, roles=roles, team=visit.text("was-team") or None)


def _roles(visit: Visit, whom: Person) -> Response:
    chosen, team = letting_in.chosen_roles(visit), visit.text("team")
    try:
        is_new = visit.site.membership.change(_as_seen(visit, whom), chosen, team=team, by=visit.person.actor)
    except UsageError as error:
        return letting_in.about(visit, whom, status=422, chosen=chosen, team=team, errors={"role": in_words(error)})
    return visit.go(f"/people/{whom.id}", said="changed" if is_new else "same")


def _codes(visit: Visit, whom: Person) -> Response:
    visit.site.membership.forget_codes(whom, by=visit.person.actor)
    return visit.go(f"/people/{whom.id}", said="codes-forgotten")


def _sessions(visit: Visit, whom: Person) -> Response:
    visit.site.membership.end_sessions(whom, by=visit.person.actor)
    return visit.go(f"/people/{whom.id}", said="sessions-ended")


WAYS: Mapping[str, Callable[[Visit, Person], Response]] = {
    "roles": _roles,
    "link": letting_in.link_for,
    "codes": _codes,
    "sessions": _sessions,
}
"""What each button of a person's page does."""

PAGES: Mapping[str, Page] = {
    "/people": Page(letting_in.people, roles=ADMINS),
    "/people/new": Page(letting_in.ask, letting_in.take, ADMINS),
    "/people/signed-in": Page(letting_in.signed_in, roles=ADMINS),
    "/people/{person:int}": Page(letting_in.one, change, ADMINS),
    "/people/{person:int}/let-out": Page(ask_let_out, let_out, ADMINS),
}
