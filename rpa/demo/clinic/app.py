"""The clinic as a web application: its addresses, and the switch for its faults."""

import secrets
from collections.abc import Mapping

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from rpa.demo.clinic import appointments, cancer, details, lists, patients, pifu, referrals, tasks, undoing
from rpa.demo.clinic.delivery import Delivery
from rpa.demo.clinic.faults import TOKEN_HEADER, FaultBook, FaultRule
from rpa.demo.clinic.fhir import BASE, fhir_routes
from rpa.demo.clinic.front import CODE, SIGN_IN, START, Front, Handler
from rpa.demo.clinic.skins import FRAME

PAGES: Mapping[str, tuple[Handler, Handler | None]] = {
    "/clinics": (lists.clinics, None),
    "/clinics/{code}": (lists.clinic, None),
    "/waiting-list": (lists.waiting_list, None),
    "/audit": (lists.audit, None),
    "/patients": (patients.search, None),
    "/patients/{reference}": (patients.details, None),
    "/patients/{reference}/edit": (details.edit, details.save),
    "/patients/{reference}/contact": (patients.contact, None),
    "/patients/{reference}/contact/edit": (patients.edit_contact, patients.save_contact),
    "/patients/{reference}/appointments": (patients.appointments, None),
    "/patients/{reference}/referrals": (patients.referrals, None),
    "/appointments": (appointments.search, None),
    "/appointments/{reference}": (appointments.view, None),
    "/appointments/{reference}/edit": (appointments.edit, appointments.save_edit),
    "/appointments/{reference}/cancel": (appointments.cancel, appointments.save_cancel),
    "/appointments/{reference}/outcome": (appointments.outcome, appointments.save_outcome),
    "/referrals/{reference}": (referrals.view, None),
    "/referrals/{reference}/discharge": (referrals.discharge, referrals.save_discharge),
    "/referrals/{reference}/reopen": (undoing.reopen, undoing.save_reopen),
    "/appointments/{reference}/reinstate": (undoing.reinstate, undoing.save_reinstate),
    "/cancer-pathways": (cancer.cancer_pathways, None),
    "/cancer-pathways/{number}": (cancer.cancer_pathway, None),
    "/pifu": (pifu.listing, None),
    "/referrals/{reference}/pifu": (pifu.view, None),
    "/tasks": (tasks.listing, None),
    "/tasks/{reference}": (tasks.view, None),
    "/referrals/{reference}/tasks/new": (tasks.new, tasks.save_new),
}
"""Every address behind the sign-in: what shows its page, and what saves its form."""


def application(front: Front, control_token: str) -> ASGIApp:
    """Put the clinic together: the pages, and the faults in front of them."""
    book = FaultBook()
    routes = [
        Route("/", lambda request: RedirectResponse(START, 303)),
        Route(SIGN_IN, front.sign_in, methods=["GET", "POST"]),
        Route(CODE, front.code, methods=["GET", "POST"]),
        Route("/sign-out", front.sign_out, methods=["POST"]),
        Route("/control/faults", _Control(book, control_token).faults, methods=["GET", "POST", "DELETE"]),
        *fhir_routes(front.records, front.sessions, front.clock),
        *(Route(path, front.answering(*handlers), methods=["GET", "POST"]) for path, handlers in PAGES.items()),
    ]
    return Delivery(Starlette(routes=routes), book, whole=_is_shell if front.drawing.framed else _never)


class _Control:
    """Puts faults in and out of force for whoever has the token."""

    def __init__(self, book: FaultBook, token: str) -> None:
        self._book = book
        self._token = token

    async def faults(self, request: Request) -> Response:
        """GET the rules and their counts, POST one more, DELETE them all."""
        if not secrets.compare_digest(request.headers.get(TOKEN_HEADER, ""), self._token):
            return JSONResponse({"error": f"the header {TOKEN_HEADER} must hold the clinic's token"}, 403)
        if request.method == "DELETE":
            self._book.clear()
        if request.method == "POST":
            try:
                self._book.add(FaultRule.model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(self._book.counts())


def _is_shell(scope: Scope) -> bool:
    # The outside of a framed page would use up a fault that is meant for the page inside.
    inside = (
        f"{FRAME}=1".encode() in scope["query_string"]
        or scope["path"] in (SIGN_IN, CODE)
        or scope["path"].startswith(BASE)
    )
    return scope["method"] == "GET" and not inside


def _never(scope: Scope) -> bool:
    return False
