"""The API as a web application: who may ask for what, and what is said to everybody else."""

from loguru import logger
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.console.addresses import alone, check_path
from rpa.console.api.call import Call, taken
from rpa.console.api.document import openapi_document
from rpa.console.api.models import Problem
from rpa.console.api.table import BASE, ENDPOINTS, NAMES, Endpoint
from rpa.console.door import Door
from rpa.console.limiting import Limit
from rpa.console.pace import Pace
from rpa.console.tokens import Bearer
from rpa.console.visit import Site
from rpa.exceptions import NotFoundError, RpaError, UsageError
from rpa.logs import diagnosis, scrubbed

_TITLES = {401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Not taken here", 413: "Too large",
           422: "Not taken", 429: "Too many requests",
           500: "Something went wrong on our side"}  # fmt: skip
_TOO_LARGE = "found more than may be sent, expected a spreadsheet of the usual size; send it in parts"


def make_api(site: Site, door: Door, *, max_body: int) -> ASGIApp:
    """Put the API together; `max_body` is in bytes."""
    by_path: dict[str, list[Endpoint]] = {}
    pace = Pace(site.desk.clock)
    for one in ENDPOINTS:
        by_path.setdefault(one.path, []).append(one)

    async def refused(_request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):  # before anybody knew who asks, as when the database is away
            return _broken(error)
        status = error.status_code
        if status == 413:
            return problem(413, _TOO_LARGE)
        return problem(status, "there is nothing here, expected an address of the OpenAPI document"
                       if status == 404 else _TITLES.get(status, ""))  # fmt: skip

    async def document(_request: Request) -> Response:
        return JSONResponse(openapi_document())

    routes = [
        Route(f"{BASE}/openapi.json", document),
        *(_route(site, door, path, some, pace) for path, some in by_path.items()),
    ]
    counted = RequestBodyLimitMiddleware(
        alone(Starlette(routes=routes, exception_handlers={HTTPException: refused, Exception: refused})), max_body
    )
    return Limit(counted, max_body, lambda _scope: problem(413, _TOO_LARGE))


def problem(status: int, detail: str, *, wait: int = 0) -> Response:
    """Answer that something was not done, as RFC 9457 has it; `wait` so many seconds, then it may be."""
    told = Problem(title=_TITLES.get(status, "Refused"), status=status, detail=scrubbed(detail))
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": str(wait)} if wait else None
    return JSONResponse(told.model_dump(), status, headers, media_type="application/problem+json")


def _route(site: Site, door: Door, path: str, some: list[Endpoint], pace: Pace) -> Route:
    by_method = {one.method: one for one in some}

    async def answer(request: Request) -> Response:
        body = await _body(site, door, request)
        one = by_method["GET" if request.method == "HEAD" else request.method]
        return await door.in_thread(lambda: _answered(site, one, request, body, pace))

    numbered = path
    for name in _names(path):
        numbered = numbered.replace(f"{{{name}}}", f"{{{name}}}" if name in NAMES else f"{{{name}:int}}")
    return Route(f"{BASE}{numbered}", answer, methods=list(by_method), name=path)


async def _body(site: Site, door: Door, request: Request) -> bytes:
    """Return what was sent; what comes from nobody is heard out, for the answer, and not held."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return b""
    if await door.in_thread(lambda: _bearer(site, request)) is not None:
        return await request.body()
    async for _ in request.stream():
        pass
    return b""


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _answered(site: Site, one: Endpoint, request: Request, body: bytes, pace: Pace) -> Response:
    bearer = _bearer(site, request)
    if bearer is None:
        site.refusals.tell(
            "the api refused {} {} to nobody: the token is missing or does not hold", one.method, one.path
        )
        return problem(
            401, "the token is missing or does not hold, expected `Authorization: Bearer …` with one that does"
        )
    wait = pace.wait(bearer.token.id)
    if wait:
        _tell(one, f"token {bearer.token.id}", "it asks too often")
        return problem(429, f"found too many requests, expected fewer; go on in {wait} seconds", wait=wait)
    if not bearer.person.may(one.roles):
        allowed = " or ".join(sorted(one.roles))
        _tell(one, f"token {bearer.token.id}", f"it acts as {bearer.token.role}")
        return problem(403, f"the token acts as {bearer.token.role}, expected {allowed}")
    try:
        check_path(request)
        _check_asked(one, request)
        made = one.handler(_noted(Call(site, request, bearer, taken(one.takes, body)), one))
    except NotFoundError as error:
        return problem(404, str(error))
    except RpaError as error:
        return problem(422, str(error))
    except Exception as error:  # whatever happens, a program is told so, and nothing of a patient
        return _broken(error)
    return JSONResponse(made.model_dump(mode="json"), one.status) if isinstance(made, BaseModel) else made


def _broken(error: Exception) -> Response:
    logger.error("api request ended by {}", diagnosis(error))
    return problem(500, "nothing was lost; tell the digital team")


def _tell(one: Endpoint, who: str, why: str) -> None:
    logger.warning("the api refused {} {} to {}: {}", one.method, one.path, who, why)


def _check_asked(one: Endpoint, request: Request) -> None:
    """Make sure that nothing is asked which the address does not know: a mistyped name would be a silent one."""
    known = [each.name for each in one.asked]
    unknown = set(request.query_params) - set(known)
    if unknown:  # what it is may be anything, so it is not repeated
        expected = ", ".join(known) or "none"
        raise UsageError(f"found {len(unknown)} values in the address that are not known, expected {expected}")


def _bearer(site: Site, request: Request) -> Bearer | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return site.tokens.find(secret.strip()) if kind.casefold() == "bearer" else None


def _noted(call: Call, one: Endpoint) -> Call:
    """Record by which token something is asked for, before it is done: what is done itself bears the person's name."""
    if one.is_noted:
        facts = {"token": call.bearer.token.id, "name": call.bearer.token.name, "what": f"{one.method} {one.path}"}
        with call.desk.database.transaction() as connection:
            call.desk.record.append(connection, SYSTEM_RUN, Event("token.used", call.person.actor, facts=facts))
    return call
