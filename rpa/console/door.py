"""Lets each request in to its page: who it is from, whether he may, and whether the form is one of ours."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rpa.console.addresses import check_path
from rpa.console.pace import Pace
from rpa.console.sessions import Session
from rpa.console.turning_away import PATTERN, broken, forbidden, not_found, stale, to_sign_in, too_often
from rpa.console.visit import Site, Visit
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError

Handler = Callable[[Visit], Response]
Found = TypeVar("Found")
NOTHING = FormData()
_AT_ONCE = 6
"""Requests that are worked on at once: each may hold two of the database's connections."""
MOST_PAGES = 1_200
"""Of one person in a minute: a dozen tabs that follow jobs ask for 360."""
_STRANGERS_AT_ONCE = 2
"""Requests at once that check a password of somebody who is not in yet: however many try, all others have room."""
_MOST_FIELDS, _MOST_FILES, _LONGEST_FIELD = 100, 10, 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """What an address shows and takes, and for whom; no roles: for everybody, signed in or not."""

    show: Handler | None = None
    take: Handler | None = None
    roles: frozenset[Role] | None = None
    is_loose: bool = False
    """Whether its form bears no token: the header's own form can't."""
    is_guessed_at: bool = False
    """Whether its form lets strangers have passwords checked, which takes long: they wait among themselves."""

    @property
    def methods(self) -> list[str]:
        """The methods of HTTP that it answers."""
        return [*(["GET"] if self.show else []), *(["POST"] if self.take else [])]


class Door:
    """Stands before all pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._limiters: dict[int, CapacityLimiter] = {}
        self._pace = Pace(site.desk.clock, MOST_PAGES)

    def answering(self, path: str, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers the requests of a page; the work is done in a thread."""

        async def answer(request: Request) -> Response:
            request.scope[PATTERN] = path
            form = await self._form_of(page, request)
            at_once = _STRANGERS_AT_ONCE if page.is_guessed_at and request.method == "POST" else _AT_ONCE
            try:
                return await self.in_thread(lambda: self._answer(page, request, form), at_once=at_once)
            finally:
                await form.close()

        return answer

    async def _form_of(self, page: Page, request: Request) -> FormData:
        """Return what was sent; files only of somebody who is signed in, so that nobody else fills the disk."""
        if request.method != "POST":
            return NOTHING
        if page.roles is not None and await self.in_thread(lambda: self._session_of(request)) is None:
            async for _ in request.stream():  # heard out, or the browser shows no answer
                pass
            return NOTHING
        most = _MOST_FILES if page.roles is not None else 0
        return await request.form(max_fields=_MOST_FIELDS, max_files=most, max_part_size=_LONGEST_FIELD)

    def _session_of(self, request: Request) -> Session | None:
        return self._site.sessions.find(request.cookies.get(self._site.cookie, ""))

    async def in_thread(self, work: Callable[[], Found], *, at_once: int = _AT_ONCE) -> Found:
        """Do a request's work in a thread, which gives its connection back at the end."""
        if at_once not in self._limiters:
            self._limiters[at_once] = CapacityLimiter(at_once)
        return await anyio.to_thread.run_sync(lambda: self._closing(work), limiter=self._limiters[at_once])

    def _closing(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        finally:
            self._site.desk.database.close_thread()

    def _answer(self, page: Page, request: Request, form: FormData) -> Response:
        visit = Visit(self._site, request, self._session_of(request), form)
        try:
            check_path(request)
            return self._refusal(page, visit) or _handler(page, request)(visit)
        except NotFoundError:
            return not_found(visit)
        except HTTPException:
            raise
        except Exception as error:  # whatever happens, a person reads what to do, and nothing of a patient
            return broken(visit, error)

    def _refusal(self, page: Page, visit: Visit) -> Response | None:
        session = visit.session
        if session is not None and (wait := self._pace.wait(session.person.id)):
            return too_often(visit, wait)
        if page.roles is not None:
            if session is None or not session.is_in:
                return to_sign_in(visit)
            if not session.person.may(page.roles):
                return forbidden(visit)
        if visit.request.method == "POST" and session is not None and not page.is_loose:
            given = visit.text("token")
            if not hmac.compare_digest(given.encode(), session.token.encode()):
                return stale(visit, "the form bears no token of the session")
        return None


def _handler(page: Page, request: Request) -> Handler:
    found = page.take if request.method == "POST" else page.show
    if found is None:
        raise HTTPException(405)
    return found
