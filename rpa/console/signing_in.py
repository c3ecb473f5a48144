"""Signing in and out: a password, for most roles a one-time code beside it, and links that let people choose theirs."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from rpa.approvals.names import same_name
from rpa.console.passwords import fits
from rpa.console.people import Person
from rpa.console.sessions import Session
from rpa.console.visit import Visit
from rpa.db.console_tables import Stage
from rpa.exceptions import UsageError

_WRONG = "The name or the password is not right"
TOO_OFTEN = "There were too many tries for this name. Wait 15 minutes, or ask for a new link"
_WRONG_CODE = "The code is not right, or was used before. Wait for the next one"
_CODE, _SET_UP = "/sign-in/code", "/sign-in/set-up-codes"


def ask(visit: Visit) -> Response:
    """Show the form for name and password."""
    if visit.session is not None and visit.session.is_in:
        return visit.go("/")
    return visit.show("sign_in.html", **_ways(visit))


def take(visit: Visit) -> Response:
    """Check name and password."""
    name = visit.text("name")
    if not visit.site.tries.may(name):
        return visit.show("sign_in.html", status=429, errors={"name": TOO_OFTEN}, name=name, **_ways(visit))
    found = visit.site.people.named(name) if may_have_password(visit, name) else None
    kept = found[1] if found is not None else None
    # What is typed as a password is taken as it is, blanks and all.
    if not fits(str(visit.form.get("password", "")), kept) or found is None:
        visit.site.tries.refused(name)
        return visit.show("sign_in.html", status=401, errors={"name": _WRONG}, name=name, **_ways(visit))
    return _let_in(visit, found[0])


def _ways(visit: Visit) -> dict[str, bool]:
    provider = visit.site.provider
    return {"by_provider": provider is not None,
            "by_password": provider is None or bool(provider.settings.break_glass)}  # fmt: skip


def may_have_password(visit: Visit, name: str) -> bool:
    """Return whether a password lets somebody in: with the trust's own sign-in, it does so for one admin alone."""
    provider = visit.site.provider
    return provider is None or same_name(provider.settings.break_glass) == same_name(name)


def _let_in(visit: Visit, who: Person) -> Response:
    stage = Stage.IN
    if who.needs_codes:
        stage = Stage.CODE if who.has_codes else Stage.SET_UP
    else:
        visit.site.tries.good(who.name)
    return begun(visit, who, stage)


def ask_code(visit: Visit) -> Response:
    """Show the form for a one-time code."""
    session = visit.session
    if session is None:
        return visit.go("/sign-in")
    if session.stage is Stage.SET_UP:
        return visit.go(_SET_UP)
    return visit.go("/") if session.is_in else visit.show("code.html")


def take_code(visit: Visit) -> Response:
    """Check a one-time code."""
    session = visit.session
    if session is None or session.stage is not Stage.CODE:
        return visit.go("/sign-in")
    return _checked_code(visit, session, "code.html", {})


def ask_set_up(visit: Visit) -> Response:
    """Show the secret that a person puts into his phone."""
    session = visit.session
    if session is None or session.stage is not Stage.SET_UP:
        return visit.go("/sign-in")
    return visit.show("set_up_codes.html", **_secret(visit, session))


def take_set_up(visit: Visit) -> Response:
    """Check the first code of a new secret."""
    session = visit.session
    if session is None or session.stage is not Stage.SET_UP:
        return visit.go("/sign-in")
    return _checked_code(visit, session, "set_up_codes.html", _secret(visit, session))


def _secret(visit: Visit, session: Session) -> dict[str, Any]:
    secret = visit.site.people.begin_codes(session.person)
    return {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


def _checked_code(visit: Visit, session: Session, template: str, values: Mapping[str, Any]) -> Response:
    who = session.person
    if not visit.site.tries.may(who.name):
        return visit.show(template, status=429, errors={"code": TOO_OFTEN}, **values)
    if not visit.site.people.take_code(who, visit.text("code")):
        visit.site.tries.refused(who.name)
        return visit.show(template, status=401, errors={"code": _WRONG_CODE}, **values)
    visit.site.tries.good(who.name)
    return begun(visit, who, Stage.IN, way="password and code")


def begun(visit: Visit, who: Person, stage: Stage, *, way: str = "password") -> Response:
    """Begin a session in place of the one there is, and lead to what comes next; to the beginning if it can't be."""
    try:
        session = visit.site.sessions.begin(who, stage, instead_of=visit.session, way=way)
    except UsageError:
        return visit.go("/sign-in", said="ended")
    place = {Stage.IN: "/", Stage.CODE: _CODE, Stage.SET_UP: _SET_UP}[stage]
    answer = visit.go(place)
    answer.set_cookie(
        visit.site.cookie, session.id, httponly=True, secure=visit.site.is_secure, samesite="lax", path="/"
    )
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.session is not None:
        visit.site.sessions.end(visit.session)
    return forgotten(visit, visit.go("/sign-in", said="signed-out"))


def forgotten(visit: Visit, answer: Response) -> Response:
    """Let the browser forget the session and all it has kept of the pages."""
    answer.delete_cookie(visit.site.cookie, secure=visit.site.is_secure, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def ask_password(visit: Visit) -> Response:
    """Show the form behind a link, in which a person chooses his password."""
    return visit.show("set_up.html", whose=visit.site.links.whose(visit.request.path_params["secret"]))


def take_password(visit: Visit) -> Response:
    """Keep the password that a person chose."""
    secret = visit.request.path_params["secret"]
    whose = visit.site.links.whose(secret)
    password, again = (str(visit.form.get(one, "")) for one in ("password", "again"))
    name = whose.name if whose else visit.text("name")
    try:
        if password != again:
            raise UsageError("The two passwords are not the same")
        who = visit.site.links.use(secret, name, password)
    except UsageError as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}"
        return visit.show("set_up.html", status=422, whose=whose, name=name, errors={"password": said})
    visit.site.tries.good(who.name)  # whoever guessed at his name keeps him out no longer
    return visit.go("/sign-in", said="ready")
