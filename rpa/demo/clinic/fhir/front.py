"""Answers a request to the FHIR server: gives tokens, looks at them, and hands on to what reads or writes."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from rpa.clock import Clock
from rpa.demo.clinic.delivery import FAULT
from rpa.demo.clinic.desk import Desk, NoSuchRecord
from rpa.demo.clinic.faults import NO_FAULT, Fault, Handling, SessionLoss
from rpa.demo.clinic.fhir.call import Call, Handler, Refused, Resource
from rpa.demo.clinic.fhir.capabilities import capabilities
from rpa.demo.clinic.fhir.changing import update_appointment
from rpa.demo.clinic.fhir.searching import read_appointment, read_patient, search_appointments, search_patients
from rpa.demo.clinic.fhir.slots import read_slot, search_slots
from rpa.demo.clinic.sessions import Sessions
from rpa.demo.clinic.store import Records

BASE = "/fhir"
TOKEN_SECONDS = 300
SCOPES = frozenset(f"system/{kind}.{may}" for kind in ("Appointment", "Patient", "Slot") for may in ("read", "write"))
READS: Mapping[str, Handler] = {
    "/Patient": search_patients,
    "/Patient/{id}": read_patient,
    "/Appointment": search_appointments,
    "/Appointment/{id}": read_appointment,
    "/Slot": search_slots,
    "/Slot/{id}": read_slot,
}
_PAGE = "<!doctype html><title>Sign in</title><h1>Sign in</h1><input type=password aria-label=Password>"
_REFUSED = Refused(401, "login", "a token is needed")


def fhir_routes(records: Records, sessions: Sessions, clock: Clock) -> list[Route]:
    """Return the addresses of the FHIR server of a clinic."""
    front = FhirFront(records, sessions, clock)
    return [
        Route(f"{BASE}/token", front.token, methods=["POST"]),
        Route(f"{BASE}/metadata", front.metadata),
        *(Route(BASE + path, front.answer, methods=["GET", "PUT"]) for path in READS),
    ]


@dataclass(frozen=True, slots=True)
class FhirFront:
    """What stands between a request and its handler; a token is a session of the clinic."""

    records: Records
    sessions: Sessions
    clock: Clock

    async def token(self, request: Request) -> Response:
        """Give a token for a client id and its secret (RFC 6749, 4.4)."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        scope = form.get("scope", "")
        if set(scope.split()) - SCOPES:
            return JSONResponse({"error": "invalid_scope"}, 400)
        value = self.sessions.sign_in(*_client(request, form), by_machine=True)
        if value is None:
            return JSONResponse({"error": "invalid_client"}, 401, {"www-authenticate": "Basic"})
        given = {"access_token": value, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}
        return JSONResponse(given, headers={"cache-control": "no-store"})

    async def metadata(self, request: Request) -> Response:
        """Say what the server can do."""
        return _answer(capabilities(_base(request), self.records.setting("today")))

    async def answer(self, request: Request) -> Response:
        """Read, search or write."""
        fault: Fault = request.scope.get(FAULT, NO_FAULT)
        account = self._account(request, fault)
        if account is None:
            return HTMLResponse(_PAGE) if fault.session is SessionLoss.SIGN_IN_PAGE else _refused(_REFUSED)
        try:
            handler, call = await self._call(request, account, fault)
            return _answer(self._handled(handler, call, fault))
        except NoSuchRecord:
            return _refused(Refused(404, "not-found", "the clinic has no such record"))
        except Refused as refused:
            return _refused(refused)

    def _account(self, request: Request, fault: Fault) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if fault.session is not SessionLoss.KEPT:
            self.sessions.end(token)
        return self.sessions.account(token) if kind.lower() == "bearer" else None

    async def _call(self, request: Request, account: str, fault: Fault) -> tuple[Handler, Call]:
        desk = Desk(self.records, account, self.clock.now(), request.path_params, {}, {}, fault.twist)
        path = request.scope["route"].path.removeprefix(BASE)
        if request.method != "PUT":
            return READS[path], Call(desk, _base(request), request.query_params.multi_items())
        if path != "/Appointment/{id}":
            raise Refused(405, "not-supported", "only appointments can be written")
        sent = _resource(await request.body())
        return update_appointment, Call(desk, _base(request), sent=sent, if_match=request.headers.get("if-match", ""))

    def _handled(self, handler: Handler, call: Call, fault: Fault) -> Resource:
        if call.sent is None:
            return handler(call)
        if fault.handling is Handling.LATE:
            asyncio.get_running_loop().call_later(fault.seconds, self._written, handler, call)
        return self._written(handler, call, keep=fault.handling is Handling.KEPT)

    def _written(self, handler: Handler, call: Call, keep: bool = True) -> Resource:
        with self.records.transaction(keep=keep):
            return handler(call)


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Return client id and secret, from the header or from the form."""
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = b64decode(packed, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(name), unquote(secret)


def _resource(body: bytes) -> Resource:
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Refused(400, "structure", "a resource must be a JSON object")
    return sent


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{BASE}"


def _answer(resource: Resource, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    if "versionId" in resource.get("meta", {}):
        headers["etag"] = f'W/"{resource["meta"]["versionId"]}"'
    return JSONResponse(resource, status, headers, media_type="application/fhir+json")


def _refused(refused: Refused) -> Response:
    answer = _answer(refused.outcome, refused.status)
    if refused.status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    return answer
