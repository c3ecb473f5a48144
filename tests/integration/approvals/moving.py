"""Workflows that can be put back, and one that can't; what they write is kept in a file beside them."""

WORKFLOWS = '''"""Moves appointments that are kept in a file beside it, and sends a letter of some."""

import json
from pathlib import Path

from rpa import BusinessException, Item, Made, NHSNumber, Row, column, workflow

STORE = Path(__file__).with_name("clinics.json")


class Update(Row):
    nhs_number: NHSNumber = column("NHS number")
    fate: str = column("Fate")


@workflow(title="Move appointments", key="nhs_number", once=True)
def move(item: Item[Update]) -> str:
    """Move appointments to the new clinic, and say so in a letter."""
    number = item.row.nhs_number
    if item.row.fate == "letter":
        item.effect("letter about the new clinic", lambda: None)
    if item.row.fate == "twice":
        save(item, number, {"room": 1}, {"room": 2})
    save(item, number, {"clinic": "old"}, {"clinic": "new"})
    if item.row.fate == "fails":
        raise BusinessException("CONFLICT")
    return "moved"


@move.reverse
def put_back(item: Item[Update], done: Made) -> None:
    """Write again what was there before."""
    save(item, done.what.removeprefix("place of ").partition(",")[0], done.after, done.before)


@workflow(title="Move for ever", key="nhs_number")
def move_for_ever(item: Item[Update]) -> str:
    """Move appointments, with no way back."""
    save(item, item.row.nhs_number, {"clinic": "old"}, {"clinic": "new"})
    return "moved"


def save(item, number, before, after):
    place = f"{number}, {next(iter(before))}"
    item.change(
        f"place of {place}", expected=before, new=after,
        read=lambda: {next(iter(before)): _store().get(place, next(iter(_FIRST[next(iter(before))])))},
        write=lambda: STORE.write_text(json.dumps({**_store(), place: next(iter(after.values()))})),
    )


_FIRST = {"clinic": ["old"], "room": [1]}


def _store():
    return json.loads(STORE.read_text()) if STORE.exists() else {}
'''
