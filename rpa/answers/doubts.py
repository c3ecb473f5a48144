"""Writes that were begun and never shown to be done: what nobody can tell from here, and how a person settles it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rpa.audit import Entry, Trail
from rpa.desk import Desk
from rpa.exceptions import NotFoundError
from rpa.states import ItemState

_OPEN = (ItemState.PENDING, ItemState.RUNNING)
_SETTLES = ("item.retried", "item.cancelled")
_KINDS = ("change", "effect")
_ENDS = ("made", "confirmed", "absent", "in_doubt")
_NAMES = (*_SETTLES, *(f"{kind}.{end}" for kind in _KINDS for end in ("intended", *_ENDS)))


@dataclass(frozen=True, slots=True)
class Doubt:
    """One write that may or may not have happened; the values are left out, they are the patient's."""

    item: int
    job: int
    systems: tuple[str, ...]
    what: str
    fields: tuple[str, ...]
    since: datetime
    entry: int
    settle: str


def doubts_in(desk: Desk) -> list[Doubt]:
    """Return the writes without a known ending that no attempt will look up and no person has decided, oldest first."""
    left: dict[tuple[str, int], Entry] = {}
    for one in Trail(desk.database).named(_NAMES):
        if one.name in _SETTLES:
            left = {write: begun for write, begun in left.items() if begun.item_id != one.item_id}
        elif one.name.endswith(".intended"):
            left[one.run, one.facts["effect"]] = one
        elif not one.name.endswith(".in_doubt"):
            left.pop((one.run, one.facts["effect"]), None)
    return [made for one in left.values() if (made := _doubt(desk, one)) is not None]


def _doubt(desk: Desk, one: Entry) -> Doubt | None:
    item = desk.views.item(one.item_id or 0)
    if item.state in _OPEN:
        return None  # the next attempt looks it up by itself
    said = one.payload or {}
    systems = _systems(desk, item.workflow)
    fields = tuple((said.get("after") or {}).keys())
    return Doubt(item.id, item.job_id, systems, str(said.get("what") or ""), fields, one.at, one.seq,
                 _how(item.id, systems))  # fmt: skip


def _systems(desk: Desk, workflow: str) -> tuple[str, ...]:
    try:
        return tuple(bot.system_name for bot in desk.workflows.get(workflow).options.uses)
    except NotFoundError:  # the record outlives its workflow
        return ()


def _how(item_id: int, systems: Iterable[str]) -> str:
    where = " or ".join(systems) or "the system"
    return (f"Look into {where}. Is it not there: rpa retry {item_id} --why … . Is it there, or was it put right by "
            f"hand: rpa cancel {item_id} --why … .")  # fmt: skip
