"""The trust's name, logo and font on the pages: its own files, and nothing that lies beside them."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from rpa.console.app import make_site
from rpa.exceptions import UsageError
from rpa.settings import load_settings
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def office(office: Office) -> Office:
    (office.folder / "logo.png").write_bytes(PNG)
    (office.folder / "trust.css").write_text("@font-face { font-family: Trust; src: url(trust.woff2) }")
    (office.folder / "trust.woff2").write_bytes(b"font")
    (office.folder / "secret.txt").write_text("nobody's business")
    set_console(office, logo=office.folder / "logo.png", font_css=office.folder / "trust.css")
    return office


def set_console(office: Office, **paths: Path) -> None:
    lines = "".join(f'{name} = "{path.as_posix()}"\n' for name, path in paths.items())
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text().partition("[console]")[0] + f'[console]\norganisation = "Example Trust"\n{lines}')


def test_each_page_shows_the_trusts_name_as_text_beside_its_logo(browser: Browser) -> None:
    page = browser.open("/sign-in").text

    assert 'src="/trust/logo"' in page
    assert "Example Trust robot desk" in browser.text
    assert browser.open("/trust/logo").content == PNG
    assert browser.open("/trust/logo").headers["content-type"] == "image/png"


def test_the_trusts_font_is_handed_out_and_nothing_that_lies_beside_it(browser: Browser) -> None:
    assert '<link rel="stylesheet" href="/trust/fonts/trust.css">' in browser.open("/sign-in").text
    assert browser.open("/trust/fonts/trust.css").headers["content-type"].startswith("text/css")
    assert browser.open("/trust/fonts/trust.woff2").content == b"font"
    for name in ("secret.txt", "..%2Fdata%2Frpa.toml", "logo.png", "nothing.woff2"):
        assert browser.open(f"/trust/fonts/{name}").status_code == 404


@pytest.mark.parametrize("name", ["secret.txt", "nothing.svg"])
def test_a_logo_that_can_not_be_shown_is_said_at_the_start(browser: Browser, office: Office, name: str) -> None:
    set_console(office, logo=office.folder / name)
    desk = browser.site.desk
    wrong = replace(desk, settings=load_settings(office.data))

    with pytest.raises(UsageError, match=r"console.logo names .*, expected a file ending in .png or .svg"):
        make_site(wrong)
