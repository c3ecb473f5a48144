"""The rows of a list of cancer pathways that were not read: which pathways they name, and why they were not read."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rpa import Results
from workflows._cancer_row import ListedPathway, NamedPathway

TWICE, ELSEWHERE = "stood twice", "looked up for another list"
WHY = {
    "rejected": "could not be read",
    "duplicate": TWICE,
    "failed": "for a person",
    "pending": "not looked up yet",
    "running": "not looked up yet",
    "cancelled": "stopped",
    "done by hand": "done by hand",
    "left out": "left out by a person",
    "left_out": "not marked Resubmit",
    "completed": ELSEWHERE,
}
"""Why a row was not read, by how it ended."""


@dataclass(frozen=True, slots=True)
class Left:
    """Rows of a list that were not read: the pathway that each names, if it can be told, and why it was not read."""

    rows: Sequence[tuple[str | None, str]] = ()

    @property
    def numbers(self) -> Mapping[str, str]:
        """Why a pathway of the list was not read."""
        return {number: why for number, why in reversed(self.rows) if number is not None and why != TWICE}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows there are for each reason."""
        return Counter(why for _, why in self.rows)

    def strangers(self, known: Collection[str]) -> int:
        """Return how many rows may be any pathway's: they name none, or none of these."""
        return sum(why != TWICE and number not in known for number, why in self.rows)


def left_of(results: Results[ListedPathway], read: Collection[str]) -> Left:
    """Return the rows whose pathway was not read for this list."""
    rejected = any(row.ended == "rejected" for row in results.rows)
    sent = results.as_sent(NamedPathway) if rejected else {}
    left = list[tuple[str | None, str]]()
    for row in results.rows:
        number = row.item.data.get("pathway") if row.item else None
        if number is None and row.origin in sent:
            number = sent[row.origin].pathway
        if row.ended != "item" or number not in read:
            elsewhere = row.ended == "duplicate" and row.item and row.item.job_id != results.job.id
            left.append((number, ELSEWHERE if elsewhere else WHY[_end(row)]))
    return Left(left)


def _end(row: Any) -> str:
    """Return how a row ended; of one that a person took from the robot, in which way he did."""
    outcome = row.item.outcome if row.state == "cancelled" else None
    return outcome if outcome in WHY else str(row.state)
