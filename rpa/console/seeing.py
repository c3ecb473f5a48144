"""Which jobs a person sees: operators all of them, requesters their own and those of their team."""

from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.models import Job


def names_seen(visit: Visit) -> list[str] | None:
    """Return whose jobs a person sees; None for everybody's."""
    return None if Role.OPERATOR in visit.person.roles else visit.site.people.names_of_team(visit.person)


def may_see(visit: Visit, one: Job) -> bool:
    """Return whether a person may see a job."""
    names = names_seen(visit)
    return names is None or one.requested_by in names
