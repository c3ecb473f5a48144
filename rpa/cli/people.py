"""`rpa people`: who may use the console and what for, done as an admin does it there and recorded alike."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.cli.handing_on import Address, address_of, hand_on
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common
from rpa.cli.persons import person_named, role_named
from rpa.cli.screen import print_json, print_table, say, when
from rpa.console.app import make_site
from rpa.console.people import Person
from rpa.exceptions import UsageError
from rpa.runpage.words import counted

Name = Annotated[str, Parameter(name="NAME", help="Who it is about, as `rpa people` lists him.")]
NewName = Annotated[str, Parameter(name="NAME", help="The name, as the record will show it.")]
Roles = Annotated[
    Sequence[str],
    Parameter(name="--role", help="What for: requester, operator, approver, auditor, admin; once for each role."),
]
OtherRoles = Annotated[
    Sequence[str], Parameter(name="--role", help="The roles from now on, once for each; as they are if not given.")
]
Team = Annotated[str | None, Parameter(help="The team, whose jobs he sees beside his own; none if not given.")]
OtherTeam = Annotated[str | None, Parameter(name="--team", help="The team from now on; '' for none.")]
Words = Annotated[str, Parameter(help="Only those whose name or team has these words.")]
OfRole = Annotated[str | None, Parameter(name="--role", help="Only those who have this role.")]

people = App(name="people", help="List who may use the console and what for; let people in and out.")


@people.default
def listed(*, words: Words = "", role: OfRole = None, options: Common = COMMON) -> None:
    """List who is in, what for, and whether they have signed in."""
    with opened(options.dir) as desk:
        found = make_site(desk).people.listed(words, role_named(role) if role else None, most=None)
        if options.json:
            print_json([_document(one) for one in found])
        elif found:
            print_table(("Name", "Roles", "Team", "Last signed in"), map(_line, found))
        else:
            say("Nobody fits." if words or role else "Nobody is in yet: `rpa people add NAME` lets somebody in.")


@people.command
def add(name: NewName, /, *, role: Roles, team: Team = None, address: Address = None, options: Asked = ASKED) -> None:
    """Let somebody in, and show the link with which he chooses his password."""
    with opened(options.dir, make=True) as desk:
        site, wanted = make_site(desk), [role_named(one) for one in role]
        place = address_of(site, address)
        hand_on(site, site.people.add(name, wanted, by=options.person, team=team), place, options)


@people.command
def change(name: Name, /, *, role: OtherRoles = (), team: OtherTeam = None, options: Asked = ASKED) -> None:
    """Give somebody other roles or another team; with other roles he signs in anew."""
    if not role and team is None:
        raise UsageError("give --role or --team, expected what is to be otherwise from now on")
    with opened(options.dir) as desk:
        site = make_site(desk)
        whom = person_named(site, name)
        wanted = [role_named(one) for one in role] or whom.roles
        changed = site.membership.change(whom, wanted, team=whom.team if team is None else team, by=options.person)
        if options.json:
            print_json({**_document(site.people.get(whom.id)), "changed": changed})
        else:
            say(f"{whom.name} {'was changed' if changed else 'is so already; nothing was changed'}.")


@people.command
def link(name: Name, /, *, address: Address = None, options: Asked = ASKED) -> None:
    """Show a new link with which somebody chooses another password; it takes the place of an older one."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        place = address_of(site, address)
        hand_on(site, person_named(site, name), place, options)


@people.command(name="forget-codes")
def forget_codes(name: Name, /, *, options: Asked = ASKED) -> None:
    """Forget the one-time codes of a phone that is lost or new; all sessions end, and codes are set up anew."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        whose = person_named(site, name)
        site.membership.forget_codes(whose, by=options.person)
        _tell(whose, f"The codes of {whose.name} are forgotten. New ones are set up at the next sign-in.", options)


@people.command(name="signed-in")
def signed_in(*, options: Common = COMMON) -> None:
    """List who is signed in now, and since when."""
    with opened(options.dir) as desk:
        found = make_site(desk).sessions.all()
        if options.json:
            print_json([{"name": one.name, "in": one.is_in, "since": one.began_at, "seen_at": one.seen_at}
                        for one in found])  # fmt: skip
        elif found:
            rows = [(one.name, when(one.began_at), when(one.seen_at), "" if one.is_in else "code still to come")
                    for one in found]  # fmt: skip
            print_table(("Name", "Since", "Last seen", ""), rows)
        else:
            say("Nobody is signed in just now.")


@people.command(name="end-sessions")
def end_sessions(name: Name, /, *, options: Asked = ASKED) -> None:
    """Sign somebody out wherever he is signed in."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        whose = person_named(site, name)
        ended = site.membership.end_sessions(whose, by=options.person)
        said = f"{counted(ended, 'session')} ended" if ended else "He was signed in nowhere"
        _tell(whose, f"{said}. {whose.name} is signed in nowhere now.", options, sessions=ended)


@people.command
def remove(name: Name, /, *, options: Asked = ASKED) -> None:
    """Let somebody out: he is signed out and can't sign in again. His jobs go on, and nobody else gets his name."""
    with opened(options.dir) as desk:
        site = make_site(desk)
        whom = person_named(site, name)
        site.membership.let_out(whom, by=options.person)
        _tell(whom, f"{whom.name} was let out, and is signed in nowhere any more.", options)


def _tell(whose: Person, sentence: str, options: Asked, **facts: Any) -> None:
    if options.json:
        print_json({"name": whose.name, **facts})
    else:
        say(sentence)


def _document(one: Person) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": sorted(one.roles),
        "team": one.team,
        "has_password": one.has_password,
        "has_codes": one.has_codes,
        "signed_in_at": one.signed_in_at,
    }


def _line(one: Person) -> tuple[str, ...]:
    never = "not yet" if one.has_password else "password not chosen yet"
    return one.name, ", ".join(sorted(one.roles)), one.team or "-", when(one.signed_in_at) or never
