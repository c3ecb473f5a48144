"""What needs a person: failed items grouped by what happened, the most pressing first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa.codes import explain
from rpa.models import RowRef, WorkItem
from rpa.runpage.words import masked_key
from rpa.states import Failure, ItemState
from rpa.views import RowStory

# NHS Data Model and Dictionary, PRIORITY TYPE: 1 routine, 2 urgent, 3 two week wait.
_PRESSING = {"3": 0, "two week wait": 0, "2": 1, "urgent": 1, "1": 2, "routine": 2}
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that waits for a person."""

    item_id: int
    key: str
    """Masked to its last four characters."""
    places: Sequence[RowRef]
    priority: str
    failure: Failure
    attempts: int
    more: str
    """What is known beside the code: the fields that differ."""


@dataclass(frozen=True, slots=True)
class Group:
    """All items that failed for the same reason."""

    code: str
    what_happened: str
    how_to_fix: str
    in_doubt: bool
    items: Sequence[Waiting]

    @property
    def rows(self) -> int:
        """How many rows of the sheets these items stand for."""
        return sum(len(one.places) for one in self.items)


def needs_person(items: Mapping[int, WorkItem], rows: Mapping[int, Sequence[RowStory]],
                 codes: Mapping[str, str]) -> list[Group]:  # fmt: skip
    """Group the failed items by code: doubtful writes first, then what holds the most pressing item."""
    by_code: dict[str, list[WorkItem]] = {}
    for one in items.values():
        if one.state == ItemState.FAILED:
            by_code.setdefault(one.code or "UNEXPECTED", []).append(one)
    groups = [_group(code, found, rows, codes) for code, found in by_code.items()]
    return sorted(groups, key=lambda one: (not one.in_doubt, _rank(one.items[0]), -len(one.items), one.code))


def _group(code: str, found: Sequence[WorkItem], rows: Mapping[int, Sequence[RowStory]],
           codes: Mapping[str, str]) -> Group:  # fmt: skip
    said = explain(code, codes)
    waiting = sorted((_waiting(one, rows[one.id]) for one in found), key=lambda one: (_rank(one), one.places[0]))
    in_doubt = any(one.failure == Failure.IN_DOUBT for one in found)
    return Group(code, said.what_happened, said.how_to_fix, in_doubt, waiting)


def _waiting(one: WorkItem, rows: Sequence[RowStory]) -> Waiting:
    places = sorted(row.place for row in rows)
    return Waiting(
        one.id,
        masked_key(one.key),
        places,
        _priority(one.data),
        one.failure or Failure.BUSINESS,
        one.attempts,
        one.outcome or "",
    )


def _priority(data: Mapping[str, Any]) -> str:
    found = str(data.get("priority") or "")
    names = {"1": "Routine", "2": "Urgent", "3": "Two week wait"}
    return names.get(found, found)


def _rank(one: Waiting) -> int:
    return _PRESSING.get(one.priority.lower(), _LEAST)
