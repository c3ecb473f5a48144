"""The practice clinic in the console: an admin loads and removes it, and whoever sends files finds its samples."""

import os
from collections.abc import Mapping

from starlette.responses import Response

from rpa.console.door import Page
from rpa.console.downloads import as_download
from rpa.console.navigation import ADMINS, SENDERS
from rpa.console.visit import Visit
from rpa.db.console_tables import Role
from rpa.exceptions import NotFoundError
from rpa.practice import SAMPLES, SYSTEM, Practice

BESIDE = "RPA_UP"
"""Variable by which the console knows that `rpa up` runs it, and so starts the clinic when it is wanted."""


def show(visit: Visit) -> Response:
    """Show what the clinic is for, whether it runs, and its samples."""
    return visit.show("practice.html", is_wanted=_practice(visit).is_wanted, runs=_runs(visit),
                      is_beside=bool(os.environ.get(BESIDE)), samples=_samples(visit))  # fmt: skip


def change(visit: Visit) -> Response:
    """Load the clinic, or remove it; `rpa up` sees that by itself."""
    practice, desk = _practice(visit), visit.desk
    if visit.text("what") == "remove":
        practice.remove(desk.database, desk.record, by=visit.person.actor)
        return visit.go("/practice", said="practice-removed")
    practice.load(desk.database, desk.record, by=visit.person.actor)
    return visit.go("/practice", said="practice-loaded")


def sample(visit: Visit) -> Response:
    """Hand out a sample workbook."""
    name, known = visit.request.path_params["file"], {one for names in SAMPLES.values() for one in names}
    path = _practice(visit).samples / name
    if name not in known or not _runs(visit) or not path.is_file():
        raise NotFoundError("there is no such sample")
    return as_download(path)


def _practice(visit: Visit) -> Practice:
    return Practice(visit.desk.settings.dir)


def _runs(visit: Visit) -> bool:
    """Whether it is among the systems, which it is as long as it runs and nowhere else."""
    return _practice(visit).is_wanted and any(one.name == SYSTEM for one in visit.desk.systems)


def _samples(visit: Visit) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return name, title and samples of the workflows that are here."""
    titles = {one.name: one.options.title for one in visit.desk.workflows}
    return [(name, titles[name], files) for name, files in SAMPLES.items() if name in titles and _runs(visit)]


PAGES: Mapping[str, Page] = {
    "/practice": Page(show, roles=frozenset(Role)),
    "/practice/change": Page(take=change, roles=ADMINS),
    "/practice/samples/{file}": Page(sample, roles=SENDERS),
}
