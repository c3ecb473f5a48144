"""Shows a one-time link to whoever hands it on: its secret is kept nowhere, and made only once its address is known."""

from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from rpa.cli.options import Asked
from rpa.cli.screen import print_json, say
from rpa.console.binding import LOOPBACK, is_loopback
from rpa.console.links import link_at
from rpa.console.people import Person
from rpa.console.visit import Site
from rpa.exceptions import UsageError

Address = Annotated[
    str | None,
    Parameter(
        name="--address",
        help="Where people open the console, such as https://desk.example; this machine's own if not given.",
    ),
]


def address_of(site: Site, given: str | None) -> str:
    """Return where people open the console.

    Raises:
        UsageError: It is no address of a console, or a password would go through a network as it is typed.
    """
    port = site.desk.settings.console.port
    if given is None:
        if not port:
            raise UsageError("the console listens at any port that is free, expected --address with the one it has")
        return f"http://{LOOPBACK}:{port}"
    parts = urlsplit(given)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not (is_safe and parts.hostname) or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"found --address {given!r}, expected one such as https://desk.example")
    return f"{parts.scheme}://{parts.netloc}"


def hand_on(site: Site, whose: Person, address: str, options: Asked) -> None:
    """Make a link for a person, and show it this once."""
    link = link_at(address, site.links.for_person(whose, by=options.person))
    if options.json:
        print_json({"name": whose.name, "link": link})
        return
    once = "It works once, within 24 hours, and is not shown again"
    say(f"{whose.name} chooses a password with this link. {once}: {link}")
