"""What each role finds in the navigation."""

from collections.abc import Sequence

from rpa.console.people import Person
from rpa.db.console_tables import Role

EVERYBODY = frozenset(Role)
"""Whoever is signed in."""
SENDERS = frozenset({Role.REQUESTER, Role.OPERATOR})
"""Who may send files and see jobs."""
OPERATORS = frozenset({Role.OPERATOR})
"""The digital team."""
ADMINS = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
APPROVERS = frozenset({Role.APPROVER})
_PLACES = (
    ("/", "Home", EVERYBODY),
    ("/start", "Start work", SENDERS),
    ("/jobs", "Jobs", SENDERS),
    ("/needs-you", "Needs you", SENDERS),
    ("/now", "Now", OPERATORS),
    ("/problems", "Problems", OPERATORS),
    ("/workers", "Workers", OPERATORS),
    ("/systems", "Systems", OPERATORS),
    ("/schedules", "Schedules", OPERATORS),
    ("/workflows", "Workflows", OPERATORS),
    ("/figures", "Figures", OPERATORS),
    ("/plans", "Plans", APPROVERS),
    ("/record", "Record", AUDITORS),
    ("/people", "People", ADMINS),
    ("/sign-in-test", "Sign-in test", ADMINS),
    ("/health", "Health", ADMINS),
    ("/settings", "Settings", ADMINS),
)


def navigation_of(person: Person | None, path: str) -> Sequence[dict[str, object]]:
    """Return the entries for a person, with the one marked that a page belongs to."""
    if person is None:
        return ()
    return [
        {"href": href, "text": text, "current": href == path, "active": _is_below(path, href)}
        for href, text, roles in _PLACES
        if person.may(roles)
    ]


def _is_below(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
