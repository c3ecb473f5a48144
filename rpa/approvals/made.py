"""What a job changed, from the record: it says what was there before, and no hand can change it unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.audit import Entry, Trail
from rpa.db import Database
from rpa.models import Made
from rpa.views import Views

_NAMES = ("change.made", "change.confirmed", "change.in_doubt", "effect.made", "effect.confirmed", "effect.in_doubt")
_ERASED = "what was erased since"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Something a job did that can't be put back, and why not."""

    item_id: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class MadeByJob:
    """What one job changed, by item and newest first, and what of it can't be put back."""

    changes: Mapping[int, Sequence[Made]]
    left_behind: Sequence[LeftBehind]


def made_by(database: Database, job_id: int) -> MadeByJob:
    """Return what a job changed; several changes of one place are one, from the first value to the last."""
    changes: dict[int, dict[str, Made]] = {}
    left: dict[tuple[int, str], LeftBehind] = {}
    for one in Trail(database).of_run(f"job-{job_id}", names=_NAMES):
        item_id, said = one.item_id or 0, one.payload or {"what": _ERASED}
        what, why = str(said["what"]), _why_not(one)
        if why:
            left[item_id, what] = LeftBehind(item_id, what, why)
            continue
        left.pop((item_id, what), None)
        # Taken out and put in again, so that what was changed last is the last.
        places = changes.pop(item_id, {})
        changes[item_id] = {name: made for name, made in places.items() if name != what}
        changes[item_id][what] = _made(said, places.get(what))
    newest_first = {item_id: tuple(reversed(places.values())) for item_id, places in reversed(changes.items())}
    return MadeByJob(newest_first, tuple(left.values()))


def made_by_key(database: Database, job_id: int) -> Mapping[str, Sequence[Made]]:
    """Return what a job changed, by the key of the item, newest first."""
    changes = made_by(database, job_id).changes
    return {one.key: changes[one.id] for one in Views(database).items(job_id) if one.id in changes}


def _why_not(one: Entry) -> str:
    if one.name.endswith(".in_doubt"):
        return "nobody can tell whether it was done"
    if one.name.startswith("effect."):
        return "what was done can't be undone"
    return "what was there before was erased since" if one.payload is None else ""


def _made(said: Mapping[str, Any], earlier: Made | None) -> Made:
    before, after = said["before"] or {}, said["after"] or {}
    if earlier is None:
        return Made(str(said["what"]), before, after)
    return Made(earlier.what, {**before, **earlier.before}, {**earlier.after, **after})
