"""What the record says of a job: its entries, and what each write of it changed, as the clinic would tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from rpa.audit import Trail
from rpa.audit.trail import Entry
from rpa.db.tables import event
from rpa.demo.clinic import FieldChange
from rpa.desk import Desk
from rpa.models import Effect, Facts

_DONE = ("change.made", "change.confirmed")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry of the record, with who wrote it."""

    name: str
    worker: str
    item: int


def sentences(desk: Desk, job_id: int) -> list[Sentence]:
    """Return what is said of a job's items, in the order of the chain."""
    of_job = select(event.c.body).where(event.c.run == f"job-{job_id}").order_by(event.c.seq)
    with desk.database.reading() as connection:
        bodies = [orjson.loads(bytes(body)) for body in connection.execute(of_job).scalars()]
    return [Sentence(one["name"], one["origin"]["worker"], one["item"]) for one in bodies if "item" in one]


def entries(desk: Desk, job_id: int) -> list[Entry]:
    """Return the entries of a job, with what is in them about patients."""
    return Trail(desk.database).of_run(f"job-{job_id}")


def said_of_effects(told: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return by write what the record says of it, in order."""
    said: dict[int, list[Entry]] = {}
    for one in told:
        if one.name.startswith("change."):
            said.setdefault(one.facts["effect"], []).append(one)
    return said


def fields_written(told: Sequence[Entry]) -> list[FieldChange]:
    """Return each field that the record says was changed, one for each time it says so."""
    done = [one.payload or {} for one in told if one.name in _DONE]
    return [change for one in done for change in _fields(one["what"], one["before"], one["after"])]


def fields_of(one: Effect) -> list[FieldChange]:
    """Return each field that a write was to change."""
    return list(_fields(one.what, one.before or {}, one.after or {}))


def place_of(what: str) -> tuple[str, str]:
    """Return table and reference of the place that a write names."""
    table, reference = what.split(" ")
    return table, reference


def _fields(what: str, before: Facts, after: Facts) -> list[FieldChange]:
    changed = [name for name in after if before.get(name) != after[name]]
    return [FieldChange(*place_of(what), name, _stored(before, name), _stored(after, name)) for name in changed]


def _stored(values: Mapping[str, Any], name: str) -> str | None:
    """Return a value as the clinic stores it: its times have no seconds, and empty is NULL."""
    value = values.get(name)
    return (value[:16] if name == "starts_at" else str(value)) if value else None
