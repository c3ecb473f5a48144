"""Signing in with the trust's own account, and the page on which an admin sees whether that works."""

from collections.abc import Callable, Mapping

from starlette.responses import RedirectResponse, Response

from rpa.console.door import Page
from rpa.console.navigation import ADMINS
from rpa.console.people import check_roles
from rpa.console.provider.accounts import roles_of
from rpa.console.provider.journey import HOLDS, Journey
from rpa.console.provider.talk import Claims, Provider, ProviderError
from rpa.console.signing_in import begun
from rpa.console.tries import PROVIDER
from rpa.console.visit import Visit
from rpa.db.console_tables import Role, Stage
from rpa.exceptions import NotFoundError, RpaError, UsageError

_FINISH = "/sign-in/finish"


def begin(visit: Visit) -> Response:
    """Send the browser to the provider."""
    return _sent(visit, is_test=False)


def begin_test(visit: Visit) -> Response:
    """Send an admin's browser there, to see whether it works."""
    return _sent(visit, is_test=True)


def finish(visit: Visit) -> Response:
    """Let in whoever the provider sends back; a callback that this browser did not begin lets nobody in."""
    provider = _provider(visit)
    journey = visit.site.journeys.opened(visit.request.cookies.get(_cookie(visit), ""), visit.asked("state"))
    try:
        claims = _claims(visit, provider, journey)
    except RpaError as error:  # also where the client's secret is missing
        if visit.site.tries.may("", of=PROVIDER):  # else anybody could fill the record
            visit.site.tries.refused("", of=PROVIDER)
        answer = visit.show("sign_in_failed.html", status=401, why=str(error) if _is_test(visit, journey) else "")
    else:
        answer = _tested(visit, claims) if _is_test(visit, journey) else _let_in(visit, claims)
    answer.delete_cookie(_cookie(visit), path="/sign-in", secure=visit.site.is_secure, httponly=True, samesite="lax")
    return answer


def test(visit: Visit) -> Response:
    """Show an admin how the sign-in is set up, and whether the provider answers."""
    provider = visit.site.provider
    if provider is None:
        return visit.show("sign_in_test.html", provider=None)
    found = {"settings": _problem(provider.metadata),
             "secret": _problem(lambda: visit.desk.secrets.get(provider.settings.secret))}  # fmt: skip
    return visit.show("sign_in_test.html", provider=provider.settings, found=found, address=_address(visit),
                      app_roles=[f"Console.{role.capitalize()}" for role in Role])  # fmt: skip


def _sent(visit: Visit, *, is_test: bool) -> Response:
    provider, journey = _provider(visit), visit.site.journeys.begin(is_test=is_test)
    try:
        answer = RedirectResponse(provider.begin(journey, _address(visit)), 303)
    except ProviderError as error:
        return visit.show("sign_in_failed.html", status=502, why=str(error) if is_test else "")
    # `Strict` would be lost: whoever clicks on the provider's page comes from another site.
    answer.set_cookie(_cookie(visit), visit.site.journeys.sealed(journey), max_age=int(HOLDS.total_seconds()),
                      path="/sign-in", secure=visit.site.is_secure, httponly=True, samesite="lax")  # fmt: skip
    return answer


def _claims(visit: Visit, provider: Provider, journey: Journey | None) -> Claims:
    if journey is None:
        raise ProviderError("this browser did not begin it, or too long ago")
    return provider.finish(journey, _address(visit), visit.request.query_params)


def _let_in(visit: Visit, claims: Claims) -> Response:
    try:
        who = visit.site.accounts.person_of(claims)
    except (NotFoundError, UsageError) as error:
        is_out = isinstance(error, NotFoundError)
        return visit.show("no_role.html", status=403, claims=claims, is_out=is_out, ours=sorted(roles_of(claims.roles)))
    # The provider has asked for a second factor, where the trust wants one.
    return begun(visit, who, Stage.IN, way="the trust's own sign-in")


def _is_test(visit: Visit, journey: Journey | None) -> bool:
    session = visit.session
    return journey is not None and journey.is_test and session is not None and session.person.may(ADMINS)


def _tested(visit: Visit, claims: Claims) -> Response:
    ours = roles_of(claims.roles)
    return visit.show(
        "sign_in_tested.html", claims=claims, ours=sorted(ours), wrong=_problem(lambda: check_roles(ours))
    )


def _problem(work: Callable[[], object]) -> str:
    try:
        work()
    except RpaError as error:
        return str(error)
    return ""


def _provider(visit: Visit) -> Provider:
    if visit.site.provider is None:
        raise NotFoundError("people sign in with passwords here")
    return visit.site.provider


def _address(visit: Visit) -> str:
    scheme = "https" if visit.site.is_secure else "http"
    return f"{scheme}://{visit.request.url.netloc}{_FINISH}"


def _cookie(visit: Visit) -> str:
    return "__Secure-desk-journey" if visit.site.is_secure else "desk-journey"


PAGES: Mapping[str, Page] = {
    "/sign-in/provider": Page(begin),
    _FINISH: Page(finish),
    "/sign-in-test": Page(test, roles=ADMINS),
    "/sign-in-test/try": Page(begin_test, roles=ADMINS),
}
"""The addresses of the trust's own sign-in."""
