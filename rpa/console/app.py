"""The console as a web application: its addresses, and what stands in front of them."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from rpa.connectors.spreadsheet.limits import Limits
from rpa.console import (
    account,
    asking,
    carrying_out,
    choosing_columns,
    deciding,
    fixing,
    job_changes,
    job_list,
    jobs,
    joining,
    needing,
    plans,
    sent,
    signing_in,
    starting,
    taking_lists,
)
from rpa.console.addresses import alone, know_numbers
from rpa.console.administering import ADMIN_PAGES
from rpa.console.api import make_api
from rpa.console.assets import asset_routes
from rpa.console.auditing import AUDITING_PAGES
from rpa.console.brand import check_branding
from rpa.console.codes import Codes
from rpa.console.counting import Counts
from rpa.console.door import NOTHING, Door, Page
from rpa.console.drawing import make_environment
from rpa.console.exports_beside import ExportsBeside
from rpa.console.guard import Guard
from rpa.console.headers import SecurityHeaders
from rpa.console.limiting import Limit
from rpa.console.links import Links
from rpa.console.monitoring import make_monitoring
from rpa.console.navigation import EVERYBODY, SENDERS
from rpa.console.operating import OPERATING_PAGES
from rpa.console.people import People
from rpa.console.provider import Accounts, Journeys, Provider
from rpa.console.provider import pages as provider_pages
from rpa.console.refusals import Refusals
from rpa.console.sessions import Sessions
from rpa.console.splitting import Programs, Split
from rpa.console.tokens import Tokens
from rpa.console.tries import Tries
from rpa.console.turning_away import broken, elsewhere, too_large
from rpa.console.visit import Site, Visit
from rpa.desk import Desk

_AS_BASE64 = 2
"""A file that a program sends as text is up to so many times as long."""
_BESIDE_FILES = 1 << 20
"""Bytes of a form beside its files."""

PAGES: Mapping[str, Page] = {
    "/sign-in": Page(signing_in.ask, signing_in.take, is_loose=True, is_guessed_at=True),
    "/sign-in/code": Page(signing_in.ask_code, signing_in.take_code),
    "/sign-in/set-up-codes": Page(signing_in.ask_set_up, signing_in.take_set_up),
    "/sign-out": Page(take=signing_in.sign_out, is_loose=True),
    "/set-up/{secret}": Page(signing_in.ask_password, signing_in.take_password, is_guessed_at=True),
    "/accessibility": Page(lambda visit: visit.show("accessibility.html")),
    "/help": Page(lambda visit: visit.show("help.html")),
    "/": Page(jobs.home, roles=EVERYBODY),
    "/start": Page(starting.choose, starting.chosen, SENDERS),
    "/start/{workflow}": Page(starting.ask_files, starting.take_files, SENDERS),
    "/start/{workflow}/template/{input}": Page(starting.template, roles=SENDERS),
    **sent.PAGES,
    "/jobs": Page(job_list.jobs, roles=SENDERS),
    "/jobs/{job:int}": Page(jobs.job, roles=SENDERS),
    "/jobs/{job:int}/progress": Page(jobs.progress, roles=SENDERS),
    "/jobs/{job:int}/results": Page(jobs.results, roles=SENDERS),
    **job_changes.PAGES,
    **taking_lists.PAGES,
    "/needs-you": Page(needing.needs_you, roles=SENDERS),
    **asking.PAGES,
    **choosing_columns.PAGES,
    **fixing.PAGES,
    **plans.PAGES,
    **deciding.PAGES,
    **joining.PAGES,
    **carrying_out.PAGES,
    **AUDITING_PAGES,
    **account.PAGES,
    **provider_pages.PAGES,
    **OPERATING_PAGES,
    **ADMIN_PAGES,
}
"""Every address, what shows its page, what takes its form, and who may come."""


def make_site(desk: Desk, *, is_secure: bool = False) -> Site:
    """Return what all pages work with.

    Raises:
        UsageError: The trust's logo or font can't be shown.
    """
    check_branding(desk.settings.console)
    options, codes = desk.settings.console, Codes(desk.pseudonyms.key_for("codes of people"))
    people = People(desk.database, desk.record, desk.clock, codes, organisation=options.organisation,
                    codes_for_all=options.codes_for_all)  # fmt: skip
    return Site(
        desk=desk,
        people=people,
        sessions=Sessions(desk.database, people, desk.clock),
        links=Links(desk.database, people, desk.clock),
        tokens=Tokens(desk.database, people, desk.clock),
        exports=ExportsBeside(),
        journeys=Journeys(urlsafe_b64encode(desk.pseudonyms.key_for("ways to the provider")), desk.clock),
        accounts=Accounts(desk.database, people, desk.clock),
        provider=Provider(desk.settings.oidc, desk.secrets, desk.clock) if desk.settings.oidc.is_on else None,
        counts=Counts(desk.views),
        tries=Tries(desk.database, people, desk.clock, digest=desk.pseudonyms.of),
        refusals=Refusals(desk.clock),
        environment=make_environment(options.organisation),
        is_secure=is_secure,
    )


def make_app(site: Site, *, max_upload: int = Limits().max_bytes) -> ASGIApp:
    """Put the console together."""
    know_numbers()
    door = Door(site)
    routes = [
        *(
            Route(path, door.answering(path, page), methods=page.methods, name=_name(path))
            for path, page in PAGES.items()
        ),
        *asset_routes(),
    ]

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):  # before anybody knew who asks, as when the database is away
            return broken(_alone(site, request.scope), error)
        return await door.in_thread(lambda: _refusal(site, request.scope, error.status_code))

    pages = alone(Starlette(routes=routes, exception_handlers={HTTPException: refused, Exception: refused}))
    most = max_upload + _BESIDE_FILES
    programs = Programs(make_api(site, door, max_body=_AS_BASE64 * most), make_monitoring(site, door))
    counted = RequestBodyLimitMiddleware(pages, most)
    limited = Limit(counted, most, lambda scope: too_large(_alone(site, scope)))
    guarded = Guard(limited, lambda scope: elsewhere(_alone(site, scope)))
    zipped = GZipMiddleware(Split(guarded, programs), minimum_size=500)
    return SecurityHeaders(zipped, is_secure=site.is_secure)


def _name(path: str) -> str:
    return "set_up" if path.startswith("/set-up/") else path


def _refusal(site: Site, scope: Scope, status: int) -> Response:
    """Answer what the routes refuse: no such address, no such method, a body that is too large."""
    template = {404: "404.html", 405: "405.html", 413: "413.html"}.get(status, "stale.html")
    request = Request(scope)
    session = site.sessions.find(request.cookies.get(site.cookie, ""))
    return Visit(site, request, session, NOTHING).show(template, status=status)


def _alone(site: Site, scope: Scope) -> Visit:
    """Return a visit of nobody: what comes from elsewhere is told nothing of whoever is signed in."""
    return Visit(site, Request(scope), None, NOTHING)
