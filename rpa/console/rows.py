"""Rows of a job and jobs of people, a page at a time: each page begins where the last one ended, never by counting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, text, tuple_

from rpa.codes import explain
from rpa.db import Database
from rpa.db.tables import item, job, source_row
from rpa.models import RowRef
from rpa.results.story import ENDS, end_of
from rpa.states import ItemState, RowEnd, Taken
from rpa.taking import Taking, takings_of

PAGE = 50
_WAITS = (ItemState.PENDING, ItemState.RUNNING)
_TAKEN = (item.c.state == ItemState.CANCELLED) & (source_row.c.ended == RowEnd.ITEM)
SHOWS: Mapping[str, ColumnElement[bool]] = {
    "done": item.c.state == ItemState.COMPLETED,
    "needs-you": item.c.state == ItemState.FAILED,
    "waiting": item.c.state.in_(_WAITS),
    "by-hand": _TAKEN & (item.c.outcome == Taken.BY_HAND),
    "left-out": or_(_TAKEN & (item.c.outcome == Taken.LEFT_OUT), source_row.c.ended == RowEnd.LEFT_OUT),
    "stopped": _TAKEN & (func.coalesce(item.c.outcome, "").not_in(tuple(Taken))),
    "not-used": source_row.c.ended.in_((RowEnd.REJECTED, RowEnd.DUPLICATE)),
}
"""The parts of a job's rows that can be looked at alone."""
_WORDS: Mapping[str, str] = {
    ItemState.RUNNING: "Running",
    ItemState.FAILED: "Needs you",
    RowEnd.REJECTED: "Can't be used",
}
_SAID: Mapping[str, str] = {
    RowEnd.DUPLICATE: "Another row, or an earlier job that is not finished, has this case already.",
    RowEnd.LEFT_OUT: "It was not marked Resubmit.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a job, in words."""

    place: RowRef
    key: str
    outcome: str
    state: str
    said: str
    at: datetime | None
    item_id: int | None = None
    taken: Taking | None = None
    """How a person took it from the robot, if one did."""

    @property
    def mark(self) -> str:
        """What tells this row from all others of its job, in an address."""
        return f"{self.place.input}|{self.place.sheet}|{self.place.row}"


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of rows, and where the next begins; nothing where there is none."""

    lines: Sequence[Line]
    following: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A job in a list."""

    id: int
    workflow: str
    state: str
    requested_by: str
    rows_in: int
    open_items: int
    submitted_at: datetime


def rows_of(database: Database, job_id: int, codes: Mapping[str, str], *, show: str = "", after: str = "",
            limit: int | None = None) -> Lines:  # fmt: skip
    """Return a page of a job's rows, in the order of the sheets."""
    most = limit or PAGE
    place = (source_row.c.input, source_row.c.sheet, source_row.c.row)
    wanted = (
        select(*place, source_row.c.ended, source_row.c.problems, item.c.id, item.c.key, item.c.state, item.c.code,
               item.c.outcome, item.c.updated_at)
        .select_from(source_row.outerjoin(item, source_row.c.item_id == item.c.id))
        .where(source_row.c.job_id == job_id)
        .order_by(*place)
        .limit(most + 1)
    )  # fmt: skip
    if show in SHOWS:
        wanted = wanted.where(SHOWS[show])
    begin = _place_of(after)
    if begin is not None:
        wanted = wanted.where(tuple_(*place) > tuple_(*map(literal, begin)))
    found = _read(database, wanted)
    taken = takings_of(database, [row["id"] for row in found if _is_taken(row)])
    lines = [_line(row, codes, taken.get(row["id"])) for row in found[:most]]
    return Lines(lines, lines[-1].mark if len(found) > most else "")


def jobs_of(database: Database, names: Collection[str] | None, *, before: int | None = None,
            limit: int = PAGE, is_open: bool | None = None) -> list[Listed]:  # fmt: skip
    """Return the newest jobs of people, newest first; of everybody where no names are given."""
    columns = (job.c.id, job.c.workflow, job.c.state, job.c.requested_by, job.c.rows_in, job.c.open_items,
               job.c.submitted_at)  # fmt: skip
    wanted = select(*columns).order_by(job.c.id.desc()).limit(limit)
    if names is not None:
        wanted = wanted.where(job.c.requested_by.in_(names))
    if before is not None:
        wanted = wanted.where(job.c.id < before)
    if is_open is not None:
        # The state stands in the text, so that the index of open jobs will do; most jobs, and the newest of those that
        # are looked for, have ended, so that these are found after a few.
        wanted = wanted.where(text("job.state = 'open'" if is_open else "job.state <> 'open'"))
    return [Listed(**row) for row in _read(database, wanted)]


def waiting_cases(database: Database, job_ids: Collection[int]) -> dict[int, int]:
    """Return how many cases of each of these jobs wait for a person; jobs without any are left out."""
    # The state stands in the text: only then does SQLite see that the index of failed items will do.
    failed = text("item.state = 'failed'")
    wanted = select(item.c.job_id, func.count().label("n")).where(failed, item.c.job_id.in_(job_ids))
    return {row["job_id"]: row["n"] for row in _read(database, wanted.group_by(item.c.job_id))}


def _read(database: Database, wanted: Select[Any]) -> Sequence[Any]:
    with database.reading() as connection:
        return connection.execute(wanted).mappings().all()


def _place_of(mark: str) -> tuple[str, str, int] | None:
    name, _, rest = mark.partition("|")
    sheet, _, row = rest.rpartition("|")
    return (name, sheet, int(row)) if row.isascii() and row.isdigit() and len(row) < 10 else None


def _is_taken(row: Mapping[str, Any]) -> bool:
    return bool(row["ended"] == RowEnd.ITEM and row["state"] == ItemState.CANCELLED)


def _line(row: Mapping[str, Any], codes: Mapping[str, str], taken: Taking | None) -> Line:
    place = RowRef(row["input"], row["sheet"], row["row"])
    if row["ended"] != RowEnd.ITEM:
        said = " ".join(f"{one['column']} {one['rule']}.".strip() for one in row["problems"] or ())
        end = row["ended"]
        return Line(place, "", _WORDS.get(end, ENDS[end]), end, said or _SAID.get(end, ""), None)
    state = ItemState(row["state"])
    at = None if state is ItemState.PENDING else row["updated_at"]
    word = _WORDS.get(state) or end_of(state, row["outcome"])
    return Line(place, row["key"], word, state, _said(row, codes), at, row["id"], taken)


def _said(row: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    if row["state"] == ItemState.FAILED and row["code"]:
        said = explain(row["code"], codes).on_pages
        return f"{said.what_happened} {said.how_to_fix}"
    words = "" if _is_taken(row) else row["outcome"] or ""
    return f"{words[:1].upper()}{words[1:]}." if words else ""
