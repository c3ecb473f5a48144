"""One's own sign-in: another password, and an end to wherever one is signed in."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console.door import Page
from rpa.console.navigation import EVERYBODY
from rpa.console.passwords import fits
from rpa.console.signing_in import TOO_OFTEN, forgotten, may_have_password
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.exceptions import UsageError


def has_own_password(visit: Visit) -> bool:
    """Return whether somebody signs in with a password of his own."""
    return visit.person.has_password and may_have_password(visit, visit.person.name)


def ask(visit: Visit) -> Response:
    """Show the form for another password."""
    return visit.show("password.html") if has_own_password(visit) else visit.go("/account")


def take(visit: Visit) -> Response:
    """Keep another password, once the one before was given; whoever is signed in with that is so no longer."""
    if not has_own_password(visit):
        return visit.go("/account")
    name, tries = visit.person.name, visit.site.tries
    if not tries.may(name):
        return visit.show("password.html", status=429, errors={"current": TOO_OFTEN})
    current, password, again = (str(visit.form.get(one, "")) for one in ("current", "password", "again"))
    found = visit.site.people.named(name)
    if not fits(current, found[1] if found is not None else None):
        tries.refused(name)
        return _refused(visit, {"current": "The password you have now is not right"})
    tries.good(name)
    if password != again:
        return _refused(visit, {"password": "The two passwords are not the same"})
    if password == current:
        return _refused(visit, {"password": "Choose a password that you do not have already"})
    try:
        visit.site.people.choose_password(visit.person, password)
    except UsageError as error:
        return _refused(visit, {"password": in_words(error)})
    return visit.go("/sign-in", said="ready")


def end_sessions(visit: Visit) -> Response:
    """Sign out wherever one is signed in, here too."""
    visit.site.membership.end_sessions(visit.person, by=visit.person.actor)
    return forgotten(visit, visit.go("/sign-in", said="signed-out-everywhere"))


def _refused(visit: Visit, errors: dict[str, str]) -> Response:
    return visit.show("password.html", status=422, errors=errors)


PAGES: Mapping[str, Page] = {
    "/account/password": Page(ask, take, EVERYBODY),
    "/account/sessions/end": Page(take=end_sessions, roles=EVERYBODY),
}
"""The addresses of the pages about one's own sign-in."""
