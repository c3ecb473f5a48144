"""Your account: where you are signed in, and the tokens with which programs act for you."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console import own_sign_in
from rpa.console.api.table import BASE, ENDPOINTS
from rpa.console.door import Page
from rpa.console.navigation import EVERYBODY
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.exceptions import UsageError

_USUAL_DAYS = "90"


def account(visit: Visit) -> Response:
    """Show who is signed in, and his tokens."""
    return _shown(visit, {})


def make(visit: Visit) -> Response:
    """Make a token, and show it this once."""
    name, role, days = visit.text("name"), visit.text("role"), visit.text("days")
    errors = {}
    if not name:
        errors["name"] = "Enter a name, such as the program that will have the token"
    if role not in visit.person.roles:
        errors["role"] = "Select the role that the program acts in"
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        errors["days"] = "Enter a number of days, from 1 to 366"
    if errors:
        return _shown(visit, errors)
    try:
        secret = visit.site.tokens.make(visit.person, Role(role), name, days=int(days), by=visit.person.actor)
    except UsageError as error:
        return _shown(visit, {"days": in_words(error)})
    return visit.show("token_made.html", secret=secret, name=name)


def ask_end(visit: Visit) -> Response:
    """Ask whether a token is really to end."""
    mine = [one for one in visit.site.tokens.of(visit.person) if one.id == visit.number("number")]
    return visit.show("token_end.html", one=mine[0]) if mine else visit.go("/account")


def end(visit: Visit) -> Response:
    """End a token."""
    visit.site.tokens.end(visit.number("number"), whose=visit.person, by=visit.person.actor)
    return visit.go("/account", said="token-ended")


def api(visit: Visit) -> Response:
    """Show what programs can ask for."""
    return visit.show("api.html", endpoints=ENDPOINTS, base=BASE)


def _shown(visit: Visit, errors: dict[str, str]) -> Response:
    typed = {name: visit.text(name) for name in ("name", "role", "days")}
    typed["days"] = typed["days"] or _USUAL_DAYS
    if len(visit.person.roles) == 1:  # nothing to choose
        typed["role"] = next(iter(visit.person.roles))
    person, site = visit.person, visit.site
    return visit.show("account.html", status=422 if errors else 200, errors=errors, typed=typed,
                      tokens=site.tokens.of(person), roles=sorted(person.roles), sessions=site.sessions.of(person),
                      has_password=own_sign_in.has_own_password(visit))  # fmt: skip


PAGES: Mapping[str, Page] = {
    "/account": Page(account, make, EVERYBODY),
    "/api": Page(api, roles=EVERYBODY),
    **own_sign_in.PAGES,
    "/account/tokens/{number:int}/end": Page(ask_end, end, EVERYBODY),
}
"""The addresses of the pages about oneself."""
