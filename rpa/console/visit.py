"""One request of a person: who he is, what he asks for, and the ways to answer."""

from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rpa.console.brand import branding_of
from rpa.console.counting import Counts
from rpa.console.dates import PARTS, of_parts
from rpa.console.drawing import draw
from rpa.console.exports_beside import ExportsBeside
from rpa.console.headers import NONCE
from rpa.console.links import Links
from rpa.console.membership import Membership
from rpa.console.navigation import navigation_of
from rpa.console.people import People, Person
from rpa.console.provider import Accounts, Journeys, Provider
from rpa.console.refusals import Refusals
from rpa.console.sessions import Session, Sessions
from rpa.console.tokens import Tokens
from rpa.console.tries import Tries
from rpa.desk import Desk
from rpa.exceptions import NotFoundError
from rpa.practice import SYSTEM

_SAID = {
    "signed-out": "You have signed out.",
    "ended": "You are not signed in any more: your time was over, or your access was changed. Sign in again.",
    "signed-out-everywhere": "You are signed in nowhere any more.",
    "let-out": "The person was let out, and is signed in nowhere any more.",
    "started": "The job has started. You can close this page; the job goes on without it.",
    "planning": "The robot makes the plan now. Nothing is changed. You can close this page.",
    "known": "This file was started already. This is its job.",
    "stopped": "The job was stopped. Rows that were done stay done.",
    "sent-back": "The row is back with the robot.",
    "done-myself": "The robot leaves the row alone: you have done it yourself.",
    "columns": "The robot takes these columns from now on.",
    "corrected": "The row is back with the robot, with what you gave.",
    "left": "The row is left out.",
    "seen-to": "The row was seen to already. You don't need to do anything.",
    "put-back": "The rows are back in the queue.",
    "paused": "The system is paused. Rows wait for it from now on.",
    "resumed": "The system may be used again.",
    "machine-paused": "The machine is paused. Its workers take no row until somebody resumes it.",
    "machine-resumed": "The machine is resumed. Its workers take rows again within seconds.",
    "noted": "It is noted. Whoever opens one of these rows sees it.",
    "note-cleared": "The note is cleared.",
    "workflow-paused": "The workflow is paused. Its rows wait and lose no attempt.",
    "workflow-resumed": "The workflow is resumed. Its rows are done again.",
    "schedule-paused": "The schedule starts no job until it is resumed.",
    "schedule-resumed": "The schedule starts jobs again. What was due during the pause stays undone.",
    "may-approve": "Your passphrase is set. You can decide about plans from now on.",
    "approved": "The plan is approved. Whoever asked for it can carry it out now.",
    "plan-changed": "The plan is not what you looked at any more. Look at it again. Nothing was decided.",
    "refused": "The plan is refused, and will never be carried out.",
    "carried-out": "This part of the plan was started already. This is its job.",
    "looking": "The robot compares the plan with the system now. Nothing is written.",
    "token-ended": "The token has ended. The program that has it can do nothing more.",
    "changed": "The change is made. The person signs in anew if the roles are others.",
    "same": "Nothing was changed: it was so already.",
    "codes-forgotten": "The codes are forgotten, and all sessions ended. New codes are set up at the next sign-in.",
    "sessions-ended": "The person is signed in nowhere any more.",
    "exporting": "The entries are taken out now. You can close this page; it goes on without it.",
    "exporting-already": "Another large export is being made. Wait for it, and begin this one then.",
    "exported": "The entries were taken out. The file is listed below.",
    "practice-loaded": "The practice clinic is being loaded.",
    "practice-removed": "The practice clinic is removed. What was done with it stays in the record.",
    "checking": "The record is looked at. You can close this page; it goes on without it.",
    "checked-already": "The record is looked at already. This is how far it is.",
    "ready": "Your password is set. Sign in with it.",
}
"""What a page says at its top after a change, by the word in its address."""
_UNDONE = frozenset({"ended", "plan-changed"})
"""Which of these tell of nothing that somebody has done."""


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages work with."""

    desk: Desk
    people: People
    sessions: Sessions
    links: Links
    tries: Tries
    refusals: Refusals
    counts: Counts
    tokens: Tokens
    exports: ExportsBeside
    journeys: Journeys
    accounts: Accounts
    provider: Provider | None
    """The trust's own sign-in; None where people sign in with passwords."""
    environment: Environment
    is_secure: bool

    @property
    def membership(self) -> Membership:
        """What admins change about people."""
        return Membership(self.desk.database, self.people, self.desk.clock)

    @property
    def cookie(self) -> str:
        """The session cookie's name; only an encrypted site can have the one that no other host can set."""
        return "__Host-desk" if self.is_secure else "desk"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, ready to be answered."""

    site: Site
    request: Request
    session: Session | None
    form: FormData

    @property
    def desk(self) -> Desk:
        """The installation."""
        return self.site.desk

    @property
    def person(self) -> Person:
        """Who is signed in; the door lets nobody else to a page that asks."""
        if self.session is None:
            raise NotFoundError("nobody is signed in")
        return self.session.person

    def text(self, name: str) -> str:
        """Return what was typed into a field, without blanks around it."""
        value = self.form.get(name, "")
        return value.replace("\0", "").strip() if isinstance(value, str) else ""  # which PostgreSQL does not keep

    def typed(self, name: str) -> str:
        """Return what was typed into a field of a form; of a date what its three fields say together."""
        return of_parts([self.text(f"{name}-{part}") for part in PARTS]) or self.text(name)

    def file(self, name: str) -> UploadFile | None:
        """Return the file that was chosen in a field; None if none was."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def asked(self, name: str) -> str:
        """Return a value of the address; nothing for what nobody could have typed."""
        found = self.request.query_params.get(name, "").strip()
        return found if found.isprintable() else ""

    def number(self, name: str) -> int:
        """Return a number of the path.

        Raises:
            NotFoundError: It is too large to be the number of anything.
        """
        found = int(self.request.path_params[name])
        if found >= 1 << 62:
            raise NotFoundError(f"there is nothing of number {found}")
        return found

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Answer with a page."""
        return HTMLResponse(self.drawn(template, **values), status)

    def drawn(self, template: str, **values: Any) -> str:
        """Return a page, or a part of one."""
        person = self.session.person if self.session is not None and self.session.is_in else None
        frame = {
            "cspNonce": self.request.scope[NONCE],
            "token": self.session.token if self.session is not None else "",
            "person": person,
            "navigation": navigation_of(person, self.request.url.path),
            "has_practice": any(one.name == SYSTEM for one in self.desk.systems),
            "brand": branding_of(self.desk.settings.console),
            "said": _SAID.get(self.asked("said")),
            "is_done": self.asked("said") not in _UNDONE,
        }
        return draw(self.site.environment, template, frame | values)

    def go(self, path: str, *, said: str = "") -> Response:
        """Answer with another page, which a reload of the browser does not send again."""
        return RedirectResponse(f"{path}?said={said}" if said else path, 303)

    def as_signed_in(self, session: Session) -> "Visit":
        """Return the same visit in a new session."""
        return replace(self, session=session)
