"""`rpa tokens`: tokens with which programs of the trust act for people, by the API."""

from typing import Annotated

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.screen import print_json, print_table, say, when
from rpa.console.app import make_site
from rpa.console.people import Person
from rpa.console.visit import Site
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError

tokens = App(name="tokens", help="List, make and end tokens with which programs act for people.")
Whose = Annotated[str, Parameter(name="PERSON", help="The person's name, as the console has it.")]
RoleOf = Annotated[Role, Parameter(name="--role", help="The one role of the person that the program acts in.")]
Name = Annotated[str, Parameter(name="--name", help="What to call it, such as the program that will have it.")]
Days = Annotated[int, Parameter(help="How many days it holds, 366 at most.")]
Number = Annotated[int, Parameter(name="TOKEN", help="Its number, as `rpa tokens` lists it.")]


@tokens.default
def listed(*, options: Common = COMMON) -> None:
    """List the tokens that hold, of everybody."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        found = [(whose, one) for whose in site.people.all() for one in site.tokens.of(whose)]
        if options.json:
            print_json([{"id": one.id, "person": whose.name, "role": one.role, "name": one.name, "until": one.until,
                         "used_at": one.used_at} for whose, one in found])  # fmt: skip
        elif not found:
            say("No program acts for anybody.")
        else:
            rows = [(str(one.id), whose.name, str(one.role), one.name, when(one.until),
                     when(one.used_at) if one.used_at else "never") for whose, one in found]  # fmt: skip
            print_table(("Token", "Person", "Role", "Name", "Holds until", "Last used"), rows, right=("Token",))


@tokens.command
def make(person: Whose, /, *, role: RoleOf, name: Name, days: Days = 90, options: Asked = ASKED) -> None:
    """Make a token and print it, this once. Whoever has it can act for the person."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        secret = site.tokens.make(_person(site, person), role, name, days=days, by=options.person)
        if options.json:
            print_json({"token": secret})
        else:
            say(secret)


@tokens.command
def end(token: Number, /, *, options: Asked = ASKED) -> None:
    """End a token: the program that has it can do nothing more."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        whose = next((one for one in site.people.all() if token in {each.id for each in site.tokens.of(one)}), None)
        if whose is None:
            raise NotFoundError(f"no token {token} holds; `rpa tokens` lists those that do")
        site.tokens.end(token, whose=whose, by=options.person)
        say(f"Token {token} of {whose.name} has ended.")


def _person(site: Site, name: str) -> Person:
    found = site.people.named(name)
    if found is None:
        raise NotFoundError(f"nobody of that name uses the console, found {name!r}; an admin adds people there")
    return found[0]
