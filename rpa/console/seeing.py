"""Which jobs a person sees: operators all of them, requesters their own and those of their team."""

from collections.abc import Mapping
from typing import Protocol

from rpa.console.people import Person
from rpa.console.visit import Site, Visit
from rpa.db.console_tables import Role
from rpa.models import Job


class Seer(Protocol):
    """A request of a person, or of a program that acts for one."""

    @property
    def site(self) -> Site:
        """What all requests work with."""
        ...

    @property
    def person(self) -> Person:
        """Who looks."""
        ...


def names_seen(visit: Seer) -> list[str] | None:
    """Return whose jobs a person sees; None for everybody's."""
    return None if Role.OPERATOR in visit.person.roles else visit.site.people.names_of_team(visit.person)


def whose_of(visit: Visit) -> Mapping[str, str]:
    """Return whose jobs a person can ask for in a list, by what stands in the address: all of them come first."""
    everybody = {"": "Everybody's", "team": "My team's"} if names_seen(visit) is None else {"": "My team's"}
    return everybody | {"mine": "My own"}


def names_asked(visit: Visit) -> list[str] | None:
    """Return whose jobs the address of a list asks for: never more than the person sees; None for everybody's."""
    if visit.asked("whose") == "mine":
        return [visit.person.name]
    if visit.asked("whose") == "team":
        return visit.site.people.names_of_team(visit.person)
    return names_seen(visit)


def may_see(visit: Seer, one: Job) -> bool:
    """Return whether a person may see a job."""
    names = names_seen(visit)
    return names is None or one.requested_by in names
