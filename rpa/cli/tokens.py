"""`rpa tokens`: what programs of the trust act for people with."""

from typing import Annotated

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.persons import person_named, role_named
from rpa.cli.screen import print_json, print_table, say, when
from rpa.console.app import make_site
from rpa.exceptions import NotFoundError

ForRole = Annotated[str, Parameter(name="--role", help="The one role that it acts in; its person must have it.")]
Named = Annotated[str, Parameter(name="--name", help="What it is called, such as the program that will have it.")]
Days = Annotated[int, Parameter(name="--days", help="How long it holds, up to 366.")]

tokens = App(name="tokens", help="List, make and end tokens with which programs act for people.")


@tokens.default
def listed(*, options: Common = COMMON) -> None:
    """List the tokens that hold."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        found = [(whose, one) for whose in site.people.all() for one in site.tokens.of(whose)]
        if options.json:
            print_json([{"id": one.id, "person": whose.name, "role": one.role, "name": one.name, "until": one.until,
                         "used_at": one.used_at} for whose, one in found])  # fmt: skip
            return
        if not found:
            say("No program acts for anybody.")
            return
        print_table(("Token", "For", "Role", "Name", "Until", "Last used"),
                    [(str(one.id), whose.name, one.role, one.name, when(one.until),
                      when(one.used_at) if one.used_at else "-") for whose, one in found])  # fmt: skip


@tokens.command
def make(person: str, /, *, role: ForRole, name: Named, days: Days = 90, options: Asked = ASKED) -> None:
    """Make a token for a person, and show it this once."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        secret = site.tokens.make(person_named(site, person), role_named(role), name, days=days, by=options.person)
        if options.json:
            print_json({"token": secret})
        else:
            say(f"Give this to {name} now; it is not shown again: {secret}")


@tokens.command
def end(token: int, /, *, options: Asked = ASKED) -> None:
    """End a token: the program that has it can do nothing more."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        whose = next((one for one in site.people.all() if token in {each.id for each in site.tokens.of(one)}), None)
        if whose is None:
            raise NotFoundError(f"there is no token {token} that holds; `rpa tokens` lists them")
        site.tokens.end(token, whose=whose, by=options.person)
        say(f"The token {token} has ended.")
