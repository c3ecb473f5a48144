"""Reads the people and roles that are given to commands."""

from rpa.console.people import Person
from rpa.console.visit import Site
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError, UsageError


def person_named(site: Site, name: str) -> Person:
    """Return who is in under a name.

    Raises:
        NotFoundError: Nobody is.
    """
    found = site.people.named(name)
    if found is None:
        raise NotFoundError(f"nobody is in under the name {name!r}; `rpa people` lists who is")
    return found[0]


def role_named(text: str) -> Role:
    """Return a role.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return Role(text)
    except ValueError:
        raise UsageError(f"found the role {text!r}, expected one of {', '.join(Role)}") from None
