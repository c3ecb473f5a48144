"""Where a system asks the browser itself to sign in (HTTP basic, NTLM), it does, and nowhere else."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from rpa.bots import Bot, Credential, System
from rpa.connectors.browser import Browser, BrowserSettings, Session
from rpa.connectors.browser.access import Access, Way
from rpa.exceptions import SystemException, UsageError
from tests.integration.browser.challenges import Ntlm, asks_for_basic
from tests.integration.browser.site import Answer, Asked, Site

_NUMBERS = count(1)
FORM = '<h1>In</h1><form method=post action="/save"><button>Save</button></form>'
BASIC = Access(Way.BASIC, "bot", "canary-of-basic")
NTLM = Access(Way.NTLM, "TRUST\\bot", "canary-of-ntlm")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings(timeout=10)) as warm:
        yield warm


@pytest.fixture
def session(browser: Browser, site: Site) -> Iterator[Session]:
    fresh = browser.session(f"asking-{next(_NUMBERS)}", origins=[site.address])
    yield fresh
    fresh.sign_out()


def basic(site: Site) -> None:
    site.pages |= {path: asks_for_basic("bot", BASIC.password, page) for path, page in pages().items()}


def ntlm(site: Site) -> Ntlm:
    made = Ntlm("TRUST", "bot", NTLM.password)
    site.pages |= {path: made.page(page) for path, page in pages().items()}
    return made


def pages() -> dict[str, str]:
    return {"/": FORM, "/save": "<h1>Saved</h1>", "/read": "<h1>Read</h1>"}


def test_basic_is_answered_on_the_screen_and_beside_it(session: Session, site: Site) -> None:
    basic(site)
    session.access = BASIC

    session.goto("/")
    session.submit(session.page.get_by_role("button"))

    assert session.page.inner_text("h1") == "Saved"
    assert session.get("/read").html.texts("//h1") == ["Read"]
    assert session.post("/save", {"a": "b"}).html.texts("//h1") == ["Saved"]


def test_basic_is_not_sent_before_the_system_asks_for_it(session: Session, site: Site) -> None:
    session.access = BASIC

    session.goto("/")
    session.get("/")

    assert {one.authorization for one in site.asked} == {""}


def test_basic_is_for_the_system_s_own_origin(browser: Browser, site: Site, foreign: Site) -> None:
    foreign.pages["/"] = asks_for_basic("bot", BASIC.password, "in")
    session = browser.session(f"asking-{next(_NUMBERS)}", origins=[site.address, foreign.address])
    session.access = BASIC
    site.pages["/"] = f"<iframe src='{foreign.address}/'></iframe>"

    session.goto("/")
    while not foreign.asked:
        session.page.wait_for_timeout(20)

    assert {one.authorization for one in foreign.asked} == {""}
    session.sign_out()


def test_password_is_not_sent_without_encryption_to_another_machine(browser: Browser) -> None:
    session = browser.session(f"asking-{next(_NUMBERS)}", origins=["http://pas.example.nhs.uk"])
    session.access = BASIC

    with pytest.raises(UsageError, match="expected https"):
        session.goto("/")


def test_ntlm_is_answered_on_the_screen(session: Session, site: Site) -> None:
    server = ntlm(site)
    session.access = NTLM

    session.goto("/")
    session.submit(session.page.get_by_role("button"))

    assert session.page.inner_text("h1") == "Saved"
    assert server.refused == 0


def test_ntlm_is_answered_when_reading_beside_the_screen(session: Session, site: Site) -> None:
    ntlm(site)
    session.access = NTLM
    session.goto("/")

    reply = session.get("/read")

    assert reply.html.texts("//h1") == ["Read"]
    assert session.page.inner_text("h1") == "In"


def test_form_can_not_be_sent_beside_the_screen_with_ntlm(session: Session, site: Site) -> None:
    ntlm(site)
    session.access = NTLM

    with pytest.raises(UsageError, match="use submit"):
        session.post("/save", {"a": "b"})


@pytest.mark.parametrize("access", [BASIC, NTLM], ids=["basic", "ntlm"])
def test_wrong_password_is_a_refused_sign_in(session: Session, site: Site, access: Access) -> None:
    basic(site) if access is BASIC else ntlm(site)
    session.access = Access(access.way, access.username, "wrong")

    with pytest.raises(SystemException) as on_screen:
        session.goto("/")
    with pytest.raises(SystemException) as beside:
        session.get("/")

    assert (on_screen.value.code, beside.value.code) == ("SIGN_IN_REFUSED", "SIGN_IN_REFUSED")


@pytest.mark.parametrize("access", [BASIC, NTLM], ids=["basic", "ntlm"])
def test_password_that_no_longer_holds_ends_the_session(session: Session, site: Site, access: Access) -> None:
    basic(site) if access is BASIC else ntlm(site)
    session.access = access
    session.goto("/")
    session.signed_in = True
    site.pages["/read"] = Answer("no", 401, {"www-authenticate": "Basic" if access is BASIC else "NTLM"})

    with pytest.raises(SystemException) as caught:
        session.get("/read")

    assert caught.value.code == "SIGNED_OUT"


def test_form_whose_connection_breaks_is_sent_once_with_ntlm(session: Session, site: Site) -> None:
    """Chromium repeats a form when a connection that it had kept is reset before an answer: with NTLM, always."""
    server = ntlm(site)
    saved: list[Asked] = []

    def save_and_reset(asked: Asked) -> Answer:
        saved.append(asked)
        return Answer(reset=True)

    site.pages["/save"] = server.page(save_and_reset)
    session.access = NTLM
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.submit(session.page.get_by_role("button"))

    assert caught.value.code == "CONNECTION"
    assert len(saved) == 1
    session.reset()
    session.goto("/")
    assert session.page.inner_text("h1") == "In"


def test_form_that_is_answered_too_late_is_sent_once_with_ntlm(session: Session, site: Site) -> None:
    server = ntlm(site)
    saved, given_up = list[Asked](), threading.Event()

    def save_and_reset_later(asked: Asked) -> Answer:
        saved.append(asked)
        given_up.wait(60)
        return Answer(reset=True)

    site.pages["/save"] = server.page(save_and_reset_later)
    session.access = NTLM
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.submit(session.page.get_by_role("button"))
    given_up.set()

    assert caught.value.code == "TIMEOUT"
    session.goto("/")
    assert session.page.inner_text("h1") == "In" and len(saved) == 1


def test_foreign_origin_is_not_reached_with_ntlm(session: Session, site: Site, foreign: Site) -> None:
    server = ntlm(site)
    site.pages["/"] = server.page(f"<iframe src='{foreign.address}/framed'></iframe>")
    site.pages["/away"] = server.page(lambda _: Answer("", 302, {"location": f"{foreign.address}/led"}))
    session.access = NTLM

    session.goto("/")
    session.page.wait_for_load_state()
    for read in (session.goto, session.get):
        with pytest.raises(SystemException):
            read("/away")

    assert foreign.asked == []


class Ward(Bot):
    """A bot of a system that asks the browser."""

    system_name = "ward"

    def sign_in(self, session: Session, credential: Credential) -> None:
        session.goto("/")


@pytest.mark.parametrize("access", [BASIC, NTLM], ids=["basic", "ntlm"])
def test_bot_is_signed_in_by_the_browser_and_tries_a_wrong_password_once(
    browser: Browser, site: Site, access: Access
) -> None:
    basic(site) if access is BASIC else ntlm(site)
    system = System(f"ward-{access.way}", site.address, sign_in=access.way)
    kind = type("WardOf", (Ward,), {"system_name": system.name})

    def bot(password: str) -> Bot:
        made: Bot = kind(system, browser, Credential(access.username, password))
        return made

    for _ in range(3):
        with pytest.raises(SystemException) as caught:
            bot("wrong").get("/read")
        assert caught.value.code == "SIGN_IN_REFUSED"
    asked = len([one for one in site.asked if one.path == "/"])

    assert bot(access.password).get("/read").html.texts("//h1") == ["Read"]
    assert asked <= 3  # one try: without an answer, with the first, and with the last part of it
    bot(access.password).leave()


def test_password_shows_in_no_text_of_an_access() -> None:
    assert BASIC.password not in repr(BASIC)
