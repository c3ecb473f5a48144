"""People: who is in, and letting others in. No page of it holds patients' data."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from rpa.console.people import Person
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError

MOST = 50
"""People on a page."""


def people(visit: Visit) -> Response:
    """List who is in, as far as somebody asks for."""
    words, role, given = visit.asked("words"), visit.asked("role"), visit.asked("after")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    wanted = Role(role) if role in set(Role) else None
    found = visit.site.people.listed(words, wanted, after=after, most=MOST + 1)
    return visit.show("people.html", people=found[:MOST], more=found[MOST:], words=words, role=wanted, roles=list(Role),
                      is_first=not after)  # fmt: skip


def signed_in(visit: Visit) -> Response:
    """List who is signed in now."""
    return visit.show("signed_in.html", sessions=visit.site.sessions.all())


def ask(visit: Visit) -> Response:
    """Show the form for a new person."""
    return visit.show("person_new.html", roles=list(Role), chosen=())


def take(visit: Visit) -> Response:
    """Let a person in, and show the link with which he chooses his password."""
    name, team = visit.text("name"), visit.text("team")
    chosen = chosen_roles(visit)
    if not name:
        return _asked_again(visit, chosen, {"name": "Enter the person's name"})
    try:
        added = visit.site.people.add(name, chosen, by=visit.person.actor, team=team)
    except UsageError as error:
        field = "role" if "role" in str(error) or "operator" in str(error) else "name"
        return _asked_again(visit, chosen, {field: in_words(error)})
    return link_for(visit, added)


def _asked_again(visit: Visit, chosen: Sequence[Role], errors: dict[str, str]) -> Response:
    return visit.show("person_new.html", status=422, roles=list(Role), chosen=chosen, name=visit.text("name"),
                      team=visit.text("team"), errors=errors)  # fmt: skip


def one(visit: Visit) -> Response:
    """Show a person, and what can be done for or about him."""
    return about(visit, visit.site.people.get(visit.number("person")))


def about(visit: Visit, whom: Person, *, status: int = 200, **values: Any) -> Response:
    """Show a person with what else is to be said."""
    sessions = visit.site.sessions.of(whom)
    return visit.show("person.html", status=status, whom=whom, sessions=sessions, roles=list(Role),
                      **{"chosen": whom.roles, "team": whom.team or "", **values})  # fmt: skip


def chosen_roles(visit: Visit) -> Sequence[Role]:
    """Return the roles that are ticked."""
    return [one for one in Role if one in visit.form.getlist("role")]


def link_for(visit: Visit, whom: Person) -> Response:
    """Show a link for a person once, to whoever hands it on: it stands in no address and in no log."""
    secret = visit.site.links.for_person(whom, by=visit.person.actor)
    return visit.show("person_link.html", added=whom, link=str(visit.request.url_for("set_up", secret=secret)))
