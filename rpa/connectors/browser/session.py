"""What a bot holds: one system's page, and the few calls bots need beside Playwright's own."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path, PurePath
from typing import cast

from playwright.sync_api import BrowserContext, Frame, Locator, Page, Response

from rpa.connectors.browser.access import Access
from rpa.connectors.browser.contexts import ContextKeeper, Host
from rpa.connectors.browser.dialogs import DialogRule, Dialogs
from rpa.connectors.browser.faults import CERTIFICATE_ERROR, certificate_fault, check_status, mapped
from rpa.connectors.browser.fields import await_document, fill_fields, read_fields, read_table
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.browser.recording import Recording
from rpa.connectors.browser.route import Reply, read_in_tab, request
from rpa.exceptions import SystemException, UsageError

_MASK = "#333333"
_HIDDEN = "input[type=password], input[autocomplete=one-time-code]"


class Session:
    """One system in the browser: signed in once, reused by every item, recycled without signing out.

    `page` and `context` are Playwright's own and always there to use; around calls of theirs, `faults` turns what goes
    wrong into a SystemException. Don't keep `page` in a variable over a `goto`: the page may have been replaced.
    """

    def __init__(self, host: Host, name: str, *, address: str, allowed: AllowList) -> None:
        self.name = name
        self.signed_in = False
        """Set by the bot after a sign-in; kept over recycling and crashes, as the cookies are."""
        self.masks: tuple[str, ...] = ()
        """CSS selectors covered in every screenshot."""
        self._address = address.rstrip("/")
        self._allowed = allowed
        self._dialogs = Dialogs()
        self._overlays: tuple[tuple[str, str], ...] = ()
        self._host = host
        self._keeper = ContextKeeper(host, allowed, on_page=self._prepare)

    @property
    def recycle_after(self) -> int:
        """Page loads after which the context is replaced."""
        return self._keeper.recycle_after

    @recycle_after.setter
    def recycle_after(self, loads: int) -> None:
        self._keeper.recycle_after = loads

    @property
    def access(self) -> Access:
        """What the browser itself answers the system with; a change of it ends the context."""
        return self._keeper.access

    @access.setter
    def access(self, access: Access) -> None:
        self._keeper.access = access

    @property
    def page(self) -> Page:
        """Playwright's page; opened when first used, replaced after a crash."""
        return self._keeper.page

    @property
    def context(self) -> BrowserContext:
        """Playwright's context."""
        return self._keeper.context

    @property
    def is_open(self) -> bool:
        """Is a page open, without opening one."""
        return self._keeper.is_open

    def url(self, path: str) -> str:
        """Return the full address of a path of the system; a full address stays as it is."""
        return path if "://" in path else f"{self._address}/{path.lstrip('/')}"

    def goto(self, path: str) -> Response | None:
        """Load a page and wait until its document is there.

        Raises:
            SystemException: `HTTP_…` (5xx, 408, 429), `TIMEOUT`, `CONNECTION`, `ORIGIN_BLOCKED`, `BROWSER_CRASHED`.
        """
        url = self.url(path)
        self._allowed.check(url)
        self._keeper.count_load()
        try:
            with mapped("opening a page"):
                response = self.page.goto(url, wait_until="domcontentloaded")
        except SystemException:
            self.reset()  # the browser is still on its way to its own error page, which would interrupt the next load
            raise
        return self._checked(response)

    def get(self, path: str) -> Reply:
        """Fetch an address beside the screen, with the session's cookies."""
        if self.access.by_connection:
            reply = read_in_tab(self.context, self._allowed, self.url(path))
        else:
            reply = request(self.context, self._allowed, "GET", url=self.url(path))
        self._check_signed_in(reply.status)
        return reply

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send a form beside the screen, with the session's cookies.

        Raises:
            UsageError: The browser signs in by NTLM or as the worker's account: only a page can send a form then.
        """
        if self.access.by_connection:
            raise UsageError(f"{self.name} signs in each connection, so no form can be sent beside the screen; fill "
                             "it on its page and use submit")  # fmt: skip
        self._host.guard()
        reply = request(self.context, self._allowed, "POST", url=self.url(path), form=form)
        self._check_signed_in(reply.status)
        return reply

    def fill(self, fields: Mapping[str, str | bool | date]) -> None:
        """Fill fields, found by label or by the text beside them in any frame, and read them back, in one call.

        Selects and radio buttons take a value or the text shown; check boxes take True or False; fields for dates take
        a date, or text such as 2026-11-20.

        Raises:
            SystemException: `FIELD_NOT_FOUND`, `FIELD_AMBIGUOUS`, `NOT_FILLED`.
        """
        fill_fields(self.page, fields)
        self._dialogs.check()

    def read(self, labels: Iterable[str]) -> dict[str, str]:
        """Read labelled fields, or the text beside a label, from the screen in one call."""
        self._dialogs.check()
        return read_fields(self.page, labels)

    def table(self, *headings: str, caption: str | None = None) -> list[dict[str, str]]:
        """Read the one table with these headings, or this caption, in one call; a row is a dict by heading."""
        return read_table(self.page, caption, headings)

    def click(self, target: Locator, *, until: Locator | None = None, tries: int = 2) -> None:
        """Click, and where `until` is given don't believe the click: wait for that, else click again.

        A first click that only selects a row is the reason. Only for clicks that are safe to repeat (open, select).

        Raises:
            SystemException: `TIMEOUT` if `until` never appeared.
        """
        with mapped("clicking"):
            target.click()
        for left in reversed(range(tries if until else 0)):
            if self._appears(cast(Locator, until), last=left == 0):
                return
            with mapped("clicking again"):
                target.click()

    def submit(self, target: Locator) -> Response | None:
        """Click once what sends a form, and wait until the answer's page is committed.

        Never repeated, by Chromium neither. The answer proves nothing about what was saved: read it back.

        Raises:
            SystemException: As `goto`; `DIALOG_UNEXPECTED`.
        """
        with mapped("sending a form"):
            try:
                limit = (self._keeper.timeout + 5) * 1000
                with self._keeper.sent_once():
                    with self.page.expect_navigation(wait_until="commit", timeout=limit) as navigation:
                        self._host.guard()
                        target.click(no_wait_after=True)
                        self._dialogs.check()
                    response = navigation.value
            finally:
                self._dialogs.check()  # says more than the time-out it led to
        return self._checked(response)

    def wait_for(self, **places: Locator) -> str:
        """Wait until the first of several places is visible, and return its name.

        `session.wait_for(saved=page.get_by_text("Saved"), refused=page.get_by_role("alert"))`
        """
        first, *others = places.values()
        either = first
        for other in others:
            either = either.or_(other)
        with mapped("waiting"):
            either.first.wait_for(state="visible")
            return next(name for name, place in places.items() if place.first.is_visible())

    def answer_dialogs(self, *rules: DialogRule) -> None:
        """Declare how dialogs are answered; one without a rule is dismissed and raises at the next call."""
        self._dialogs.declare(*rules)

    def clear_overlays(self, *rules: tuple[str, str]) -> None:
        """Declare overlays as pairs of selectors: the overlay, and what to click whenever it is in the way."""
        self._overlays = rules
        for overlay, way_out in rules:
            _clear(self.page, overlay, way_out)

    def popup(self, opens: Callable[[], object]) -> Page:
        """Do what opens a popup, and return its page with the document loaded."""
        with mapped("opening a popup"):
            with self.page.expect_popup() as popup:
                opens()
            self._dialogs.watch(popup.value)
            popup.value.wait_for_load_state("domcontentloaded")
            return popup.value

    def frame(self, holding: str) -> Frame:
        """Return the frame that holds a selector.

        Raises:
            SystemException: `FRAME_NOT_FOUND`.
        """
        with mapped("looking for a frame"):
            for frame in self.page.frames:
                if frame.locator(holding).count():
                    return frame
        raise SystemException("no frame of the page holds what was looked for", "FRAME_NOT_FOUND")

    def download(self, starts: Callable[[], object], folder: Path) -> Path:
        """Do what starts a download, and return the saved file; its name is the server's, without any folder."""
        with mapped("downloading"):
            with self.page.expect_download() as download:
                starts()
            target = folder / (PurePath(download.value.suggested_filename).name or "download")
            download.value.save_as(target)
        return target

    def asks_for_password(self) -> bool:
        """Does any frame of the page show a password field: the session ended, whatever the address says."""
        await_document(self.page)
        with mapped("looking for a sign-in"):
            return any(frame.locator("input[type=password]:visible").count() for frame in self.page.frames)

    def screenshot(self, mask: Sequence[Locator] = ()) -> bytes:
        """Return a PNG of the page: in every frame `masks` and fields for passwords are covered, `mask` beside them."""
        page = self.page
        covers = [frame.locator(selector) for frame in page.frames for selector in (*self.masks, _HIDDEN)]
        with mapped("taking a screenshot"):
            return page.screenshot(mask=[*covers, *mask], mask_color=_MASK, animations="disabled", full_page=True)

    def record(self) -> None:
        """Record from now on what is done on its pages, but for sign-ins."""
        self._keeper.recording = self._keeper.recording or Recording()

    def recorded(self) -> list[bytes]:
        """End the recording; return it as Playwright's traces (zip), which name patients, and hold no secret."""
        recording, self._keeper.recording = self._keeper.recording, None
        return recording.pieces() if recording is not None else []

    def forget_recorded(self) -> None:
        """End the recording, if there is one, and keep nothing of it."""
        recording, self._keeper.recording = self._keeper.recording, None
        if recording is not None:
            recording.drop()

    def unrecorded(self) -> AbstractContextManager[None]:
        """Record nothing inside, because a secret is typed there."""
        recording = self._keeper.recording
        return recording.suspended() if recording is not None else nullcontext()

    def keep(self) -> None:
        """Keep cookies and storage as of now (after a sign-in), so that they outlive a crash."""
        self._keeper.remember()

    def sign_out(self) -> None:
        """Drop cookies and storage, as before a fresh sign-in."""
        self.signed_in = False
        self._keeper.forget_state()

    def reset(self) -> None:
        """Close every page, popup and dialog after a failed item; still signed in, the next use gets a fresh page."""
        self._keeper.reset()
        self._dialogs.clear()

    def forget(self) -> None:
        """Let go of page and context because the browser ended; cookies last kept are used again."""
        self._keeper.forget()

    @contextlib.contextmanager
    def faults(self, doing: str) -> Iterator[None]:
        """Turn what goes wrong in Playwright's own calls into a SystemException; `doing` is a fixed phrase."""
        with mapped(doing):
            yield

    def _prepare(self, page: Page) -> None:
        self._dialogs.watch(page)
        for overlay, way_out in self._overlays:
            _clear(page, overlay, way_out)

    def _checked(self, response: Response | None) -> Response | None:
        if response is not None:
            self._check_certificates(response)
            check_status(response.status, "opening a page")
            self._check_signed_in(response.status)
        return response

    def _check_certificates(self, response: Response) -> None:
        if self.access.certificate is None or response.status != 503:
            return
        with mapped("opening a page"):
            said = response.text()
        if said.startswith(CERTIFICATE_ERROR):
            raise certificate_fault("opening a page")

    def _check_signed_in(self, status: int) -> None:
        if status == 401 and self.access.by_browser:
            said = f"{self.name} does not take the sign-in that the browser answered it with"
            raise SystemException(said, "SIGNED_OUT" if self.signed_in else "SIGN_IN_REFUSED")

    def _appears(self, place: Locator, *, last: bool) -> bool:
        try:
            with mapped("waiting after a click"):
                place.first.wait_for(state="visible", timeout=None if last else 2000)
        except SystemException as fault:
            if last or fault.code != "TIMEOUT":
                raise
            return False
        return True


def _clear(page: Page, overlay: str, way_out: str) -> None:
    page.add_locator_handler(page.locator(overlay), lambda _: page.locator(way_out).first.click())
