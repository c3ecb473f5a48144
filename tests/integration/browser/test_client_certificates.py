"""A client certificate is shown by the browser, on the screen and beside it, to the system and to nobody else."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from rpa.bots import Bot, Credential, System
from rpa.connectors.browser import Browser, BrowserSettings, Session
from rpa.connectors.browser.access import Access
from rpa.exceptions import SystemException
from tests.integration.browser.certificates import Authority
from tests.integration.browser.site import Answer, Site

_NUMBERS = count(1)
FORM = '<form method=post action="/save"><button>Save</button></form>'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def browser(authority: Authority) -> Iterator[Browser]:
    """A browser on a machine that trusts the test's authority."""
    with pytest.MonkeyPatch.context() as patch, Browser(BrowserSettings(timeout=10)) as warm:
        patch.setenv("SSL_CERT_FILE", str(authority.file))
        warm.connection()
        yield warm


@pytest.fixture
def secure(authority: Authority) -> Iterator[Site]:
    site = Site(authority.server(asks_for_certificate=True))
    yield site
    site.close()


@pytest.fixture(params=["pfx", "pem"])
def session(request: pytest.FixtureRequest, browser: Browser, secure: Site, authority: Authority) -> Iterator[Session]:
    fresh = session_of(browser, secure)
    fresh.access = Access(certificate=authority.client(as_pem=request.param == "pem"))
    yield fresh
    fresh.sign_out()


def session_of(browser: Browser, *sites: Site) -> Session:
    return browser.session(f"secure-{next(_NUMBERS)}", origins=[one.address for one in sites])


def test_certificate_is_shown_on_the_screen_and_beside_it(session: Session, secure: Site) -> None:
    secure.pages["/"] = f"<h1>In</h1>{FORM}"
    secure.pages["/save"] = "<h1>Saved</h1>"

    session.goto("/")
    session.submit(session.page.get_by_role("button"))

    assert session.page.inner_text("h1") == "Saved"
    assert session.get("/").html.texts("//h1") == ["In"]
    assert session.post("/save", {"a": "b"}).status == 200
    assert [one.method for one in secure.asked if one.path == "/save"] == ["POST", "POST"]


def test_without_a_certificate_nothing_is_shown(browser: Browser, secure: Site) -> None:
    session = session_of(browser, secure)

    with pytest.raises(SystemException) as on_screen:
        session.goto("/")
    with pytest.raises(SystemException) as beside:
        session.get("/")

    assert (on_screen.value.code, beside.value.code) == ("CERTIFICATE", "CERTIFICATE")
    assert secure.asked == []


def test_certificate_of_a_stranger_is_refused(browser: Browser, secure: Site, tmp_path: Path) -> None:
    session = session_of(browser, secure)
    session.access = Access(certificate=Authority(tmp_path).client())

    with pytest.raises(SystemException) as caught:
        session.goto("/")

    # By TLS 1.3 a server may say why only when the connection is closed already.
    assert caught.value.code in ("CERTIFICATE", "CONNECTION")
    assert secure.asked == []


def test_server_that_is_not_trusted_gets_nothing_although_a_certificate_is_shown(
    browser: Browser, authority: Authority, tmp_path: Path
) -> None:
    stranger = Site(Authority(tmp_path).server())
    session = session_of(browser, stranger)
    session.access = Access(certificate=authority.client())

    for read in (session.goto, session.get):
        with pytest.raises(SystemException) as caught:
            read("/")
        assert caught.value.code == "CERTIFICATE"

    assert stranger.asked == []
    stranger.close()


def test_further_origin_that_is_not_trusted_is_not_loaded_from(
    session: Session, browser: Browser, secure: Site, tmp_path: Path
) -> None:
    stranger = Site(Authority(tmp_path).server())
    secure.pages["/"] = f"<iframe src='{stranger.address}/'></iframe>"
    both = session_of(browser, secure, stranger)
    both.access = session.access

    both.goto("/")
    both.page.wait_for_load_state()

    assert stranger.asked == []
    stranger.close()


def test_further_origin_that_is_trusted_is_loaded_from_and_sees_no_certificate(
    session: Session, browser: Browser, secure: Site, authority: Authority
) -> None:
    further = Site(authority.server())
    secure.pages["/"] = f"<iframe src='{further.address}/'></iframe>"
    both = session_of(browser, secure, further)
    both.access = session.access

    both.goto("/")
    both.page.frame_locator("iframe").get_by_text("Start").wait_for()

    assert further.paths() == ["/"]
    further.close()


def test_foreign_origin_is_not_reached_by_page_frame_or_redirect(session: Session, secure: Site) -> None:
    foreign = Site()
    secure.pages |= {
        "/": f"<iframe src='{foreign.address}/framed'></iframe><img src='{foreign.address}/drawn'>",
        "/away": Answer("", 302, {"location": f"{foreign.address}/led"}),
    }

    session.goto("/")
    with pytest.raises(SystemException):
        session.goto("/away")
    with pytest.raises(SystemException) as beside:
        session.get("/away")

    assert beside.value.code == "ORIGIN_BLOCKED"
    assert foreign.asked == []
    foreign.close()


def test_certificate_goes_along_when_the_context_is_replaced(session: Session, secure: Site) -> None:
    session.recycle_after = 1

    for _ in range(4):
        session.goto("/")

    assert secure.paths() == ["/"] * 4


class Ward(Bot):
    """A bot for which a certificate is all there is to a sign-in."""

    system_name = "ward"

    def sign_in(self, session: Session, credential: Credential) -> None:
        session.goto("/")


def test_bot_shows_the_certificate_of_its_credential_also_when_it_only_looks(
    browser: Browser, secure: Site, authority: Authority
) -> None:
    bot = Ward(System("ward", secure.address), browser, Credential("", "", certificate=authority.client()))

    bot.probe()
    asked_by_probe = secure.paths()

    assert bot.get("/").status == 200
    assert asked_by_probe == ["/"]
    bot.leave()


def test_nothing_of_a_certificate_shows_in_a_text(authority: Authority) -> None:
    certificate = authority.client(as_pem=True)

    told = f"{certificate!r} {Access(certificate=certificate)!r}"

    assert "PRIVATE" not in told and certificate.passphrase not in told
