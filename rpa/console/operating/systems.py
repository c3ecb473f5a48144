"""Systems: which may be used now, why not, who has a session, and a person's switch for each."""

from dataclasses import dataclass

from starlette.responses import Response

from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.exceptions import UsageError
from rpa.gates import SystemState
from rpa.systems import System

TROUBLE = ("paused", "left alone")
WAYS = ("pause", "resume")
"""What can be done with a system."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A system as a page tells of it."""

    state: SystemState
    standing: str
    """`in use`, `paused`, `left alone` after faults, or `closed` by its hours."""
    waiting: int

    @property
    def name(self) -> str:
        """Its name."""
        return self.state.name

    @property
    def why_not(self) -> str:
        """Why it may not be used; empty when it may."""
        return self.state.why_not or ""


def systems(visit: Visit) -> Response:
    """List the registered systems."""
    return visit.show("systems.html", systems=state_of_systems(visit))


def system(visit: Visit) -> Response:
    """Show one system, and what can be done."""
    return _shown(visit, {})


def change(visit: Visit) -> Response:
    """Pause a system, or put it back in use."""
    registered, why, way = _registered(visit), visit.text("why"), visit.text("way")
    if not why or way not in WAYS:
        return _shown(visit, {"why": "Enter why, for the record"})
    desk, by = visit.desk, visit.person.actor
    try:
        with desk.database.transaction() as connection:
            if way == "pause":
                desk.gates.pause(connection, registered.name, by=by, why=why)
            else:
                desk.gates.resume(connection, registered.name, by=by, why=why)
                desk.database.notify(connection)
    except UsageError as error:
        return _shown(visit, {"why": in_words(error)})
    return visit.go(f"/systems/{registered.name}", said="paused" if way == "pause" else "resumed")


def state_of_systems(visit: Visit) -> list[Shown]:
    """Return how each registered system stands, and how much waits for it."""
    with visit.desk.database.reading() as connection:
        states = visit.desk.gates.states(connection)
    return [Shown(one, _standing(one), visit.desk.views.open_items(_workflows(visit, one.name))) for one in states]


def _shown(visit: Visit, errors: dict[str, str]) -> Response:
    registered = _registered(visit)
    found = next(one for one in state_of_systems(visit) if one.name == registered.name)
    used_by = [one for one in visit.desk.workflows if one.name in _workflows(visit, registered.name)]
    return visit.show("system.html", status=422 if errors else 200, errors=errors, one=found, registered=registered,
                      used_by=used_by, why=visit.text("why"))  # fmt: skip


def _registered(visit: Visit) -> System:
    return visit.desk.systems.get(visit.request.path_params["system"])


def _standing(one: SystemState) -> str:
    if one.why_not is None:
        return "in use"
    if one.why_not.startswith("paused"):
        return "paused"
    return "left alone" if one.why_not.startswith("left alone") else "closed"


def _workflows(visit: Visit, name: str) -> list[str]:
    return [one.name for one in visit.desk.workflows if name in {bot.system_name for bot in one.options.uses}]
