"""Rows that a person took from the robot: what he did with each, and who he was."""

from collections.abc import Mapping
from dataclasses import replace

from rpa.answers.sentences import who
from rpa.audit import Entry, Trail
from rpa.console.rows import Line, Lines
from rpa.db import Database
from rpa.states import ItemState

WHY: Mapping[str, str] = {"myself": "done by hand", "leave": "left out"}
"""What the record says of each way to take a row from the robot; a note may follow it."""
_HOW: Mapping[str, tuple[str, str]] = {
    WHY["myself"]: ("Done by hand", "did this by hand"),
    WHY["leave"]: ("Left out", "left this out"),
}
TAKEN = "item.cancelled"
"""What the record calls it."""


def with_who_took(database: Database, found: Lines) -> Lines:
    """Return the rows with what became of those that a person took from the robot."""
    taken = {line.item_id for line in found.lines if line.state == ItemState.CANCELLED and line.item_id}
    if not taken:
        return found
    last = {one.item_id: one for one in Trail(database).of_items(taken) if one.name == TAKEN}
    return replace(found, lines=[_told(line, last.get(line.item_id)) for line in found.lines])


def how_taken(entry: Entry) -> str:
    """Return what a person did with a row that he took from the robot, for a sentence that begins with his name."""
    return next((how for why, (_, how) in _HOW.items() if _says(entry, why)), "took it from the robot")


def _told(line: Line, entry: Entry | None) -> Line:
    if entry is None:
        return line
    word = next((word for why, (word, _) in _HOW.items() if _says(entry, why)), line.outcome)
    return replace(line, outcome=word, said=f"{who(entry)} {how_taken(entry)}." if word != line.outcome else line.said)


def _says(entry: Entry, why: str) -> bool:
    return (entry.why or "").startswith(why)
