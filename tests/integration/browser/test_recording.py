"""What is recorded of a session: the pages of an attempt, and never a password, a cookie or a sign-in."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import pytest

from rpa.bots import Bot
from rpa.connectors.browser import Browser, Session
from rpa.connectors.browser.recording import without_secrets
from rpa.exceptions import SystemException
from rpa.secrets import Credential
from rpa.systems import System
from tests.integration.browser.site import Answer, Asked, Site

PASSWORD, COOKIE, NAME = "canary-of-the-password", "canary-of-the-session", "Quantock"
_NUMBERS = count(1)
SIGN_IN = "<form method=post action=/in><label>User <input name=u></label><label>Password <input type=password name=p></label><button>In</button></form>"  # noqa: E501


class Ward(Bot):
    """A system with a page for signing in."""

    system_name = "ward"

    def sign_in(self, session: Session, credential: Credential) -> None:
        session.goto("/sign-in")
        session.fill({"User": credential.username, "Password": credential.password})
        session.submit(session.page.get_by_role("button"))

    def look(self) -> str:
        self.session.goto("/patient")
        return self.session.read(["Name"])["Name"]


@pytest.fixture
def ward(browser: Browser, site: Site) -> Iterator[Ward]:
    site.pages["/sign-in"] = SIGN_IN
    site.pages["/in"] = lambda asked: Answer("in", headers={"set-cookie": f"s={COOKIE}; path=/"})
    site.pages["/patient"] = _patient
    kind = type("WardAt", (Ward,), {"system_name": f"ward-{next(_NUMBERS)}"})
    bot: Ward = kind(System("ward", site.address), browser, Credential("robot", PASSWORD))
    yield bot
    bot.leave()


def _patient(asked: Asked) -> Answer:
    assert COOKIE in asked.cookie
    return Answer(f"<title>Patient</title><dl><dt>Name</dt><dd>{NAME}</dd></dl>")


def held(pieces: list[bytes]) -> bytes:
    content = b""
    for piece in pieces:
        with zipfile.ZipFile(io.BytesIO(piece)) as zipped:
            assert zipped.testzip() is None
            content += b"".join(zipped.read(name) for name in zipped.namelist())
    return content


def test_recording_shows_the_pages_and_no_secret_of_the_sign_in(ward: Ward) -> None:
    ward.record()
    assert ward.look() == NAME

    content = held(ward.recorded())

    assert b"/patient" in content and NAME.encode() in content
    assert PASSWORD.encode() not in content and COOKIE.encode() not in content and b"/sign-in" not in content


def test_sign_in_in_the_middle_is_left_out(ward: Ward) -> None:
    ward.record()
    ward.look()
    ward.sign_in_afresh()
    ward.look()

    pieces = ward.recorded()

    assert len(pieces) == 2
    content = held(pieces)
    assert content.count(NAME.encode()) >= 2
    assert PASSWORD.encode() not in content and COOKIE.encode() not in content and b"/sign-in" not in content


def test_context_that_is_replaced_goes_on_in_another_piece(ward: Ward) -> None:
    ward.record()
    ward.session.recycle_after = 2

    for _ in range(4):
        ward.look()

    assert len(ward.recorded()) >= 2


def test_nothing_is_kept_of_what_is_forgotten_or_was_never_recorded(ward: Ward) -> None:
    ward.look()
    assert ward.recorded() == []
    ward.record()
    ward.look()

    ward.forget_recorded()

    assert ward.recorded() == []


def test_browser_that_ends_costs_no_more_than_the_recording(ward: Ward, browser: Browser) -> None:
    ward.record()
    ward.look()
    browser.kill()

    held(ward.recorded())

    with suppress(SystemException):  # it may not have ended yet
        ward.look()
    assert ward.look() == NAME


def test_what_is_no_trace_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        without_secrets(b"no zip")
