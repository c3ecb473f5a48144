"""The answers to what is not done: each says what to do, and the log who was refused what."""

import secrets

from loguru import logger
from starlette.responses import Response

from rpa.console.visit import Visit
from rpa.logs import diagnosis

PATTERN = "rpa.pattern"
"""Where a request has its address without the numbers and words in it, which may tell of somebody."""
_THINGS = {"jobs": "job", "needs-you": "row", "runs": "row", "people": "person", "uploads": "file", "plans": "plan",
           "set-up": "link"}  # fmt: skip
"""What a page that can't be found was of, by how its address begins."""


def to_sign_in(visit: Visit) -> Response:
    """Lead to the page where somebody signs in; a form of nobody is not taken."""
    if visit.request.method == "POST":
        return stale(visit, "nobody is signed in")
    if visit.session is not None:
        return visit.go("/sign-in/code")
    was_in = visit.site.cookie in visit.request.cookies
    return visit.go("/sign-in", said="ended" if was_in else "")


def forbidden(visit: Visit) -> Response:
    """Answer that a page is not for this person."""
    _tell(visit, "the page is not for these roles")
    return visit.show("403.html", status=403, roles=sorted(visit.person.roles))


def not_found(visit: Visit) -> Response:
    """Answer that there is nothing at an address, or nothing for this person."""
    _tell(visit, "there is none, or none for this person")
    begin = visit.request.url.path.strip("/").partition("/")[0]
    return visit.show("404.html", status=404, thing=_THINGS.get(begin, ""))


def stale(visit: Visit, why: str) -> Response:
    """Answer that a form was sent from a page that no longer holds; nothing of it was taken."""
    _tell(visit, why)
    return visit.show("stale.html", status=403)


def too_often(visit: Visit, wait: int) -> Response:
    """Answer that a browser asks for more than a person reads."""
    _tell(visit, "too many pages are asked for")
    answer = visit.show("429.html", status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def elsewhere(visit: Visit) -> Response:
    """Answer that a change did not come from a page of ours."""
    visit.site.refusals.tell("the console refused a request: it comes from elsewhere")
    return visit.show("elsewhere.html", status=403)


def too_large(visit: Visit) -> Response:
    """Answer that a file is too large."""
    visit.site.refusals.tell("the console refused a request: it is too large")
    return visit.show("413.html", status=413)


def broken(visit: Visit, error: Exception) -> Response:
    """Answer that something went wrong on our side; the log knows more under the same reference."""
    reference = secrets.token_hex(3).upper()
    logger.error("console request {} ended by {}", reference, diagnosis(error))
    return visit.show("500.html", status=500, reference=reference, was_sent=visit.request.method == "POST")


def _tell(visit: Visit, why: str) -> None:
    who = "nobody" if visit.session is None else f"person {visit.session.person.id}"
    tell = visit.site.refusals.tell if visit.session is None else logger.warning
    tell("the console refused {} {} to {}: {}", visit.request.method, visit.request.scope.get(PATTERN), who, why)
