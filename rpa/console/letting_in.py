"""People: who is in, and letting others in. No page of it holds patients' data."""

from starlette.responses import Response

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
    secret = visit.site.links.for_person(added)
    # The link stands in no address and in no log: it is shown once, to whoever hands it on.
    return visit.show("person_link.html", added=added, link=str(visit.request.url_for("set_up", secret=secret)))
