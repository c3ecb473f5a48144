"""People: who is in, and letting others in. No page of it holds patients' data."""

from starlette.responses import Response

from rpa.console.people import Person
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError

_BOTH = frozenset({Role.OPERATOR, Role.AUDITOR})


def people(visit: Visit) -> Response:
    """List who is in."""
    return visit.show("people.html", people=visit.site.people.all())


def ask(visit: Visit) -> Response:
    """Show the form for a new person."""
    return visit.show("person_new.html", roles=list(Role), chosen=())


def take(visit: Visit) -> Response:
    """Let a person in, and show the link with which he chooses his password."""
    name, team = visit.text("name"), visit.text("team")
    chosen = [one for one in Role if one in visit.form.getlist("role")]
    try:
        if set(chosen) >= _BOTH:
            raise UsageError("nobody can be operator and auditor, expected one of the two: auditors look at operators")
        added = visit.site.people.add(name, chosen, by=visit.person.actor, team=team)
    except UsageError as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}"
        return visit.show("person_new.html", status=422, roles=list(Role), chosen=chosen, name=name, team=team,
                          errors={"name": said})  # fmt: skip
    return _link_for(visit, added)


def one(visit: Visit) -> Response:
    """Show a person, and what can be done for or about him."""
    return visit.show("person.html", whom=visit.site.people.get(visit.number("person")))


def change(visit: Visit) -> Response:
    """Give a person a new link for a password, or let him out."""
    whom = visit.site.people.get(visit.number("person"))
    if visit.text("what") != "let-out":
        return _link_for(visit, whom)
    try:
        visit.site.people.let_out(whom, by=visit.person.actor)
    except UsageError as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}"
        return visit.show("person.html", status=422, whom=whom, errors={"what": said})
    return visit.go("/people", said="let-out")


def _link_for(visit: Visit, whom: Person) -> Response:
    # The link stands in no address and in no log: it is shown once, to whoever hands it on.
    secret = visit.site.links.for_person(whom)
    return visit.show("person_link.html", added=whom, link=str(visit.request.url_for("set_up", secret=secret)))
