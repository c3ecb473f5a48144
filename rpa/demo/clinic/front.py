"""Answers a request with its page, or with the sign-in page if nobody is signed in."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rpa.clock import Clock
from rpa.demo.clinic.delivery import FAULT
from rpa.demo.clinic.desk import Desk, NoSuchRecord
from rpa.demo.clinic.faults import NO_FAULT, Fault, Handling, SessionLoss
from rpa.demo.clinic.page import Answer, Field, Form, Page, Redirect, twisted
from rpa.demo.clinic.sessions import COOKIE, Sessions
from rpa.demo.clinic.skins import FRAME, Drawing, inside
from rpa.demo.clinic.store import Records

Handler = Callable[[Desk], Answer]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

SIGN_IN = "/sign-in"
CODE = "/sign-in/code"
START = "/clinics"
NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Front:
    """What stands between a request and the handler of its page.

    Handlers are short and do their reading and writing on the event loop: one thread, one database connection.
    """

    records: Records
    sessions: Sessions
    drawing: Drawing
    clock: Clock

    def answering(self, show: Handler, save: Handler | None) -> Endpoint:
        """Return what answers one address: `show` its page, `save` its form."""

        async def endpoint(request: Request) -> Response:
            fault: Fault = request.scope.get(FAULT, NO_FAULT)
            account = self._account(request, fault)
            if account is None:
                return self._to_sign_in(request, fault)
            if self.drawing.framed and request.method == "GET" and FRAME not in request.query_params:
                return HTMLResponse(self.drawing.shell(_asked(request), account=account), headers=NO_STORE)
            handler = show if request.method == "GET" else save or _not_a_form
            desk = await self._desk(request, account, fault)
            return self._drawn(self._handled(handler, desk, fault), request, desk)

        return endpoint

    async def sign_in(self, request: Request) -> Response:
        """Show the sign-in page, or sign in and lead to the page that was asked for."""
        onward = _local(request.query_params.get("next", START))
        if request.method == "GET":
            return self._sign_in_page(onward)
        form = await request.form()
        token = self.sessions.sign_in(str(form.get("username", "")), str(form.get("password", "")))
        if token is None:
            return self._sign_in_page(onward, error="The user name or the password is wrong")
        asked = f"{CODE}?next={quote(onward, safe='')}" if self.sessions.waits_for_code(token) else onward
        response = RedirectResponse(asked, 303)
        response.set_cookie(COOKIE, token, httponly=True, samesite="lax")
        return response

    async def code(self, request: Request) -> Response:
        """Ask for the code of the second factor, or take it and lead to the page that was asked for."""
        onward, token = _local(request.query_params.get("next", START)), request.cookies.get(COOKIE, "")
        if not self.sessions.waits_for_code(token):
            return RedirectResponse(f"{SIGN_IN}?next={quote(onward, safe='')}", 303)
        if request.method == "GET":
            return self._code_page(onward)
        if not self.sessions.confirm(token, str((await request.form()).get("code", ""))):
            return self._code_page(onward, error="The code is wrong or was used before")
        return RedirectResponse(onward, 303)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE)
        return response

    def _account(self, request: Request, fault: Fault) -> str | None:
        token = request.cookies.get(COOKIE, "")
        if fault.session is not SessionLoss.KEPT:
            self.sessions.end(token)
        return self.sessions.account(token)

    def _to_sign_in(self, request: Request, fault: Fault) -> Response:
        onward = _asked(request) if request.method == "GET" else START
        if FRAME in request.query_params:
            onward = inside(onward)
        if fault.session is SessionLoss.SIGN_IN_PAGE:
            return self._sign_in_page(onward)
        return RedirectResponse(f"{SIGN_IN}?next={quote(onward, safe='')}", 303)

    def _sign_in_page(self, onward: str, error: str = "") -> Response:
        fields = (Field("username", "User name"), Field("password", "Password", type="password"))
        form = Form(f"{SIGN_IN}?next={quote(onward, safe='')}", fields, "Sign in")
        page = Page("Sign in", (form,), errors=(error,) if error else ())
        return HTMLResponse(self.drawing.page(page, account=None), headers=NO_STORE)

    def _code_page(self, onward: str, error: str = "") -> Response:
        form = Form(f"{CODE}?next={quote(onward, safe='')}", (Field("code", "One-time code"),), "Continue")
        page = Page("One-time code", (form,), errors=(error,) if error else ())
        return HTMLResponse(self.drawing.page(page, account=None), headers=NO_STORE)

    async def _desk(self, request: Request, account: str, fault: Fault) -> Desk:
        # A renamed field comes back under its odd name; the clinic itself still knows what it is.
        sent = {name.removesuffix("_2"): str(value) for name, value in (await request.form()).items()}
        query = dict(request.query_params)
        return Desk(self.records, account, self.clock.now(), request.path_params, query, sent, fault.twist)

    def _handled(self, handler: Handler, desk: Desk, fault: Fault) -> Answer:
        if fault.handling is Handling.LATE:
            loop = asyncio.get_running_loop()
            loop.call_later(fault.seconds, self._apply, handler, desk)
        try:
            return self._apply(handler, desk, keep=fault.handling is Handling.KEPT)
        except NoSuchRecord:
            return Page("Not found", errors=("The clinic has no such record.",), status=404)

    def _apply(self, handler: Handler, desk: Desk, keep: bool = True) -> Answer:
        if not desk.form:
            return handler(desk)
        with desk.records.transaction(keep=keep):
            return handler(desk)

    def _drawn(self, answer: Answer, request: Request, desk: Desk) -> Response:
        if isinstance(answer, Redirect):
            framed = FRAME in request.query_params
            return RedirectResponse(inside(answer.address) if framed else answer.address, 303)
        blocks = tuple(twisted(block, desk.twist) if isinstance(block, Form) else block for block in answer.blocks)
        html = self.drawing.page(replace(answer, blocks=blocks), account=desk.account)
        return HTMLResponse(html, answer.status, headers=NO_STORE)


def _not_a_form(desk: Desk) -> Answer:
    return Page("Not found", errors=("Nothing can be sent to this page.",), status=405)


def _asked(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _local(address: str) -> str:
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else START
