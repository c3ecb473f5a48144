"""Items that a person took from the robot: in which way, who, when and why, in the words of all who tell it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from rpa.audit import Entry, Trail, who
from rpa.clock import local
from rpa.db import Database
from rpa.states import Taken

TAKEN = "item.cancelled"
"""What the record calls it."""
_DEEDS: Mapping[Taken | None, str] = {
    Taken.BY_HAND: "did this by hand",
    Taken.LEFT_OUT: "left this out",
    None: "took this from the robot",
}


@dataclass(frozen=True, slots=True)
class Taking:
    """How an item was taken from the robot the last time."""

    who: str
    deed: str
    at: datetime
    why: str
    """Why it was left out, if somebody said so; of the other ways, the record alone has it."""

    @property
    def sentence(self) -> str:
        """Say who did what, when, and why."""
        return self._said(f" on {local(self.at):%d/%m/%Y} at {local(self.at):%H:%M}")

    @property
    def sentence_beside_the_time(self) -> str:
        """Say the same where the time stands beside it."""
        return self._said("")

    def _said(self, when: str) -> str:
        return f"{self.who} {self.deed}{when}{f': {self.why}' if self.why else ''}."


def how_taken(one: Entry) -> Taken | None:
    """Return in which way an entry of the record says that an item was taken; None if nobody said in which."""
    told = one.facts.get("how")
    return None if told is None else Taken(told)


def deed_of(one: Entry) -> str:
    """Return what a person did with an item that he took, for a sentence that begins with his name."""
    return _DEEDS[how_taken(one)]


def takings_of(database: Database, item_ids: Collection[int]) -> dict[int, Taking]:
    """Return how each of these items was taken from the robot the last time; those that never were are left out."""
    return {number: _taking(one) for number, one in Trail(database).last_of_items(TAKEN, item_ids).items()}


def _taking(one: Entry) -> Taking:
    how = how_taken(one)
    return Taking(who(one), _DEEDS[how], one.at, one.why.rstrip(".") if how is Taken.LEFT_OUT else "")
