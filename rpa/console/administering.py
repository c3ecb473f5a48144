"""The addresses of the admins' pages; and their settings and health, which no patient's data is on."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console import branding, changing_people, practising
from rpa.console.door import Page
from rpa.console.navigation import ADMINS
from rpa.console.settled import parts_of
from rpa.console.visit import Visit
from rpa.standing import standing_of


def health(visit: Visit) -> Response:
    """Show how each part of the installation stands, what has to be done first."""
    checks = standing_of(visit.desk)
    return visit.show("health.html", checks=sorted(checks, key=lambda one: one.ok),
                      to_do=[one for one in checks if not one.ok])  # fmt: skip


def settings(visit: Visit) -> Response:
    """Show what is set, from where, and what it means."""
    desk = visit.desk
    return visit.show("settings.html", parts=parts_of(desk.settings), folder=desk.settings.dir.resolve(),
                      database=desk.database.kind, workflows=desk.settings.workflows)  # fmt: skip


ADMIN_PAGES: Mapping[str, Page] = {
    **changing_people.PAGES,
    **branding.PAGES,
    **practising.PAGES,
    "/health": Page(health, roles=ADMINS),
    "/settings": Page(settings, roles=ADMINS),
}
