"""Writes entries as an OCEL 2.0 log in JSON: events, and the jobs, items, systems and workflows that they are about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from sqlalchemy import select

from rpa.db.tables import job
from rpa.exports.entries import Stored, read_entries
from rpa.exports.written import Order, Written, facts_of

_OBJECTS = ("job", "item", "system", "workflow")
_ATTRIBUTES = ("resource", "role", "entry", "hash", "subject", "facts")
_DETAILS = "details"
_RUN_OF_A_JOB = "job-"


@dataclass(slots=True)
class About:
    """What a log is about, found out before its events are written."""

    names: set[str] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    items: dict[int, int | None] = field(default_factory=dict)
    """The items, and the job of each."""
    systems: set[str] = field(default_factory=set)
    workflows: dict[int, str] = field(default_factory=dict)
    """The workflow of each job."""
    entries: int = 0

    def add(self, one: Stored) -> None:
        """Note what an entry is about."""
        number, item, system = _job(one), one.said.get("item"), _system(one)
        self.entries += 1
        self.names.add(one.name)
        if number is not None:
            self.jobs.add(number)
        if item is not None:
            self.items[item] = number if number is not None else self.items.get(item)
        if system is not None:
            self.systems.add(system)


def write_ocel(order: Order, target: Path) -> Written:
    """Write a log; the entries are read twice, because what they are about comes first."""
    about = _look_through(order)
    attributes = [*_ATTRIBUTES, _DETAILS] if order.payloads else [*_ATTRIBUTES]
    declared = [{"name": name, "type": "string"} for name in attributes]
    with target.open("wb") as file:
        file.write(b'{"objectTypes":' + orjson.dumps([{"name": one, "attributes": []} for one in _OBJECTS]))
        types = [{"name": one, "attributes": declared} for one in sorted(about.names)]
        file.write(b',\n"eventTypes":' + orjson.dumps(types))
        _write_list(file, "objects", _objects(about))
        _write_list(file, "events", (_event(one, about, order) for one in _entries(order)))
        file.write(b"}\n")
    return Written(about.entries)


def _look_through(order: Order) -> About:
    about = About()
    for one in _entries(order):
        about.add(one)
    for number, workflow in order.connection.execute(select(job.c.id, job.c.workflow)):
        if number in about.jobs:
            about.workflows[number] = workflow
    return about


def _entries(order: Order) -> Iterator[Stored]:
    return read_entries(order.connection, order.selection, payloads=order.payloads)


def _write_list(file: BinaryIO, name: str, documents: Iterable[dict[str, Any]]) -> None:
    file.write(b",\n" + orjson.dumps(name) + b":[")
    for number, document in enumerate(documents):
        file.write((b",\n" if number else b"\n") + orjson.dumps(document))
    file.write(b"]")


def _objects(about: About) -> Iterator[dict[str, Any]]:
    for number in sorted(about.jobs):
        to = [_to(f"workflow:{about.workflows[number]}", "runs")] if number in about.workflows else []
        yield _object(f"job:{number}", "job", to)
    for item, owner in sorted(about.items.items()):
        yield _object(f"item:{item}", "item", [] if owner is None else [_to(f"job:{owner}", "belongs to")])
    for system in sorted(about.systems):
        yield _object(f"system:{system}", "system", [])
    for workflow in sorted(set(about.workflows.values())):
        yield _object(f"workflow:{workflow}", "workflow", [])


def _object(name: str, kind: str, relationships: list[dict[str, str]]) -> dict[str, Any]:
    return {"id": name, "type": kind, "attributes": [], "relationships": relationships}


def _event(one: Stored, about: About, order: Order) -> dict[str, Any]:
    told = {
        "resource": one.said["actor"]["name"],
        "role": one.said["actor"]["kind"],
        "entry": one.place,
        "hash": one.hash.hex(),
        "subject": one.said.get("subject"),
        "facts": orjson.dumps(facts_of(one, order)).decode(),
        _DETAILS: None if one.content is None else one.content.decode(),
    }
    return {
        "id": one.place,
        "type": one.name,
        "time": one.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "attributes": [{"name": name, "value": value} for name, value in told.items() if value is not None],
        "relationships": list(_relationships(one, about)),
    }


def _relationships(one: Stored, about: About) -> Iterator[dict[str, str]]:
    number, item, system = _job(one), one.said.get("item"), _system(one)
    if number is not None:
        yield _to(f"job:{number}", "part of")
        if number in about.workflows:
            yield _to(f"workflow:{about.workflows[number]}", "by")
    if item is not None:
        yield _to(f"item:{item}", "about")
    if system is not None:
        yield _to(f"system:{system}", "in")


def _to(name: str, qualifier: str) -> dict[str, str]:
    return {"objectId": name, "qualifier": qualifier}


def _job(one: Stored) -> int | None:
    number = one.run.removeprefix(_RUN_OF_A_JOB)
    return int(number) if number != one.run and number.isdecimal() else None


def _system(one: Stored) -> str | None:
    found = one.said.get("facts", {}).get("system")
    return found if isinstance(found, str) else None
