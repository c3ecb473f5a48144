"""Draws a page in one of the clinic's two skins."""

import secrets
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from rpa.demo.clinic.desk import shown
from rpa.demo.clinic.page import Page

FRAME = "frame"
"""The query parameter of what is shown inside the legacy skin's iframe or popup."""

MENU = {
    "Clinics": "/clinics",
    "Patient search": "/patients",
    "Appointment search": "/appointments",
    "Waiting list": "/waiting-list",
    "Cancer pathways": "/cancer-pathways",
    "PIFU": "/pifu",
    "Tasks": "/tasks",
    "Audit": "/audit",
}


class Skin(StrEnum):
    """The two faces of the same data and addresses."""

    MODERN = "modern"
    LEGACY = "legacy"


class Drawing:
    """The templates of one skin, compiled once."""

    def __init__(self, skin: Skin) -> None:
        self._skin = skin
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters |= {"inside": inside, "shown": shown}
        self._page = environment.get_template(f"{skin}.html")
        self._shell = environment.get_template("shell.html")

    @property
    def framed(self) -> bool:
        """Whether pages are shown inside an iframe."""
        return self._skin is Skin.LEGACY

    def page(self, page: Page, *, account: str | None) -> str:
        """Draw a page; `mark` makes the ids of this drawing unlike those of any other."""
        return self._page.render(page=page, account=account, menu=MENU, mark=secrets.token_hex(3))

    def shell(self, address: str, *, account: str) -> str:
        """Draw the legacy skin's outside, which shows an address in its iframe."""
        return self._shell.render(address=inside(address), account=account, menu=MENU, mark=secrets.token_hex(3))


def inside(address: str) -> str:
    """Return the address of a page as it is shown in an iframe or a popup."""
    if f"{FRAME}=1" in urlsplit(address).query.split("&"):
        return address
    return f"{address}{'&' if '?' in address else '?'}{FRAME}=1"
