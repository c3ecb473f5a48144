"""Stores a submission: which rows become new items, which are the same items again, and which are duplicates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, literal_column, select, update

from rpa.audit import Event, Pseudonyms
from rpa.audit.brought import facts_of_brought
from rpa.audit.pseudonyms import VERSION
from rpa.db.tables import item, item_subject, job, source_row
from rpa.exceptions import SameInput, UsageError
from rpa.models import Ending, NewItem, RowRef, Submission
from rpa.moves import COMES_BACK
from rpa.states import ItemState, JobState, Move, RowEnd, check_move
from rpa.turns import early_turns, turns_from_now

T = TypeVar("T")
_CHUNK = 500
# In the words of the two partial indexes of the table, so that they are used.
_IS_UNFINISHED: ColumnElement[bool] = literal_column("item.state IN ('pending', 'running', 'failed')")
_HAS_FAILED: ColumnElement[bool] = literal_column("item.state = 'failed'")
_IS_COMPLETED: ColumnElement[bool] = literal_column("item.state = 'completed'")


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission that is in the database, with the events that tell of it."""

    job_id: int
    open_items: int
    events: Sequence[Event]


def refuse_same(connection: Connection, submission: Submission) -> None:
    """Make sure that the input of a submission made no job before.

    Raises:
        SameInput: It did.
    """
    same = (job.c.workflow == submission.workflow) & (job.c.input_digest == submission.input_digest)
    before = connection.execute(select(func.max(job.c.id)).where(same)).scalar()
    if before is not None:
        raise SameInput(before)


def refuse_erased(one: RowMapping) -> None:
    """Make sure that an item still has its row.

    Raises:
        UsageError: It was erased, and a pseudonym is all that is left of its key.
    """
    if not one["data"] and one["key"].startswith(f"{VERSION}:"):
        raise UsageError(f"item {one['id']} was erased, expected one that still has its row; send the row again")


def store_submission(connection: Connection, submission: Submission, *, pseudonyms: Pseudonyms,
                     now: datetime) -> Stored:  # fmt: skip
    """Store a job, its rows and its items.

    A key that is waiting or running, or twice in the submission, makes a duplicate row. A key that failed before is the
    same item, tried again with the new row. A key that was completed before is a new item, unless the workflow does a
    key only once. What is only planned counts for plans alone, but what failed in a plan goes on where it is done.
    """
    job_id = _insert_job(connection, submission, now)
    known = _known_items(connection, submission)
    sorted_out = _sort_out(submission.items, known)
    turns = _turns(connection, submission, sorted_out, now)
    placed = _insert_new(connection, submission, sorted_out.new, turns=turns, job_id=job_id, now=now)
    placed |= _take_again(connection, submission, sorted_out.again, turns=turns, job_id=job_id, now=now)
    duplicates = [(one, known[one.key]["id"] if one.key in known else None) for one in sorted_out.duplicates]
    rows_in = _insert_rows(connection, submission, placed=placed, duplicates=duplicates, job_id=job_id)
    _insert_subjects(connection, placed, pseudonyms)
    open_items = sum(one.settled is None for one in placed.values())
    state = JobState.OPEN if open_items else JobState.COMPLETED
    values = {"rows_in": rows_in, "open_items": open_items, "state": state}
    connection.execute(update(job).where(job.c.id == job_id).values(**values))
    return Stored(job_id, open_items, list(_events(submission, placed, rows_in=rows_in, pseudonyms=pseudonyms)))


def again(now: datetime) -> dict[str, object]:
    """Return the values that open an ended item for a new round, in which no step of an earlier round counts."""
    return {
        "state": ItemState.PENDING,
        "round": item.c.round + 1,
        "attempts": 0,
        "crashes": 0,
        "failure": None,
        "code": None,
        "outcome": None,
        "available_at": now,
        "turn": COMES_BACK,
        "updated_at": now,
    }


@dataclass(frozen=True, slots=True)
class _SortedOut:
    new: list[NewItem]
    again: list[tuple[NewItem, RowMapping]]
    duplicates: list[NewItem]


def _insert_job(connection: Connection, submission: Submission, now: datetime) -> int:
    values = {
        "workflow": submission.workflow,
        "version": submission.version,
        "state": JobState.COMPLETED,  # with no items yet; put right when they are counted, in the same transaction
        "parent_id": submission.parent,
        "dry_run": int(submission.dry_run),
        "applies": submission.applies,
        "reverses": submission.reverses,
        "priority": submission.timing.priority.number,
        "not_before": submission.timing.not_before,
        "deadline": submission.timing.deadline,
        "requested_by": submission.requested_by.name,
        "params": submission.params,
        "inputs": list(submission.inputs),
        "input_digest": submission.input_digest,
        "rows_in": 0,
        "open_items": 0,
        "submitted_at": now,
        "completed_at": None,
    }
    return int(connection.execute(insert(job).values(**values).returning(job.c.id)).scalar_one())


def _known_items(connection: Connection, submission: Submission) -> dict[str, RowMapping]:
    """Return the items of the same workflow that the keys already stand for; of several, the last kind counts."""
    plan, work = item.c.dry_run == 1, item.c.dry_run == 0
    completed = [_IS_COMPLETED & work] if submission.once else []
    if submission.dry_run:
        kinds = [*completed, _IS_UNFINISHED & plan]
    else:
        kinds = [_HAS_FAILED & plan, *completed, _IS_UNFINISHED & work]
    known: dict[str, RowMapping] = {}
    for keys in _chunks(one.key for one in submission.items):
        same = (item.c.workflow == submission.workflow) & item.c.key.in_(keys)
        for kind in kinds:
            rows = connection.execute(select(item).where(same, kind).with_for_update()).mappings()
            known.update({row["key"]: row for row in rows})
    return known


def _sort_out(items: Iterable[NewItem], known: Mapping[str, RowMapping]) -> _SortedOut:
    result, seen = _SortedOut([], [], []), set[str]()
    for one in items:
        before = known.get(one.key)
        if one.key in seen or (before is not None and before["state"] != ItemState.FAILED):
            result.duplicates.append(one)
        elif before is not None:
            result.again.append((one, before))
        else:
            result.new.append(one)
        seen.add(one.key)
    return result


def _turns(connection: Connection, submission: Submission, sorted_out: _SortedOut, now: datetime) -> dict[str, int]:
    """Number the items of a job that are to be attempted, by key and in the order they were sent."""
    timing, duplicates = submission.timing, {id(one) for one in sorted_out.duplicates}
    waits = timing.not_before is not None and timing.not_before > now
    turns = early_turns() if waits else turns_from_now(connection, submission.workflow, timing.priority.number)
    waiting = (one.key for one in submission.items if one.settled is None and id(one) not in duplicates)
    return dict(zip(waiting, turns, strict=False))


def _insert_new(connection: Connection, submission: Submission, items: Sequence[NewItem], *, turns: Mapping[str, int],
                job_id: int, now: datetime) -> dict[int, NewItem]:  # fmt: skip
    placed: dict[int, NewItem] = {}
    for some in _chunks(items):
        values = [_new_values(one, submission, turns, job_id=job_id, now=now) for one in some]
        ids = connection.execute(insert(item).returning(item.c.id, sort_by_parameter_order=True), values).scalars()
        placed.update(zip(ids, some, strict=True))
    return placed


def _new_values(one: NewItem, submission: Submission, turns: Mapping[str, int], *, job_id: int,
                now: datetime) -> dict[str, Any]:  # fmt: skip
    ending = one.settled or Ending(ItemState.PENDING)
    check_move(Move.SUBMIT, ending.state)
    return {
        "job_id": job_id,
        "workflow": submission.workflow,
        "key": one.key,
        "data": one.data,
        "dry_run": int(submission.dry_run),
        "priority": submission.timing.priority.number,
        "available_at": max(now, submission.timing.not_before or now),
        "turn": turns.get(one.key, COMES_BACK),
        "updated_at": now,
    } | _settled_values(ending)


def _settled_values(ending: Ending) -> dict[str, Any]:
    return {
        "state": ending.state,
        "failure": ending.failure,
        "code": ending.code,
        "outcome": ending.outcome or None,
    }


def _take_again(connection: Connection, submission: Submission, pairs: Sequence[tuple[NewItem, RowMapping]], *,
                turns: Mapping[str, int], job_id: int, now: datetime) -> dict[int, NewItem]:  # fmt: skip
    placed: dict[int, NewItem] = {}
    for one, before in pairs:
        values = (
            again(now)
            | {"job_id": job_id, "data": one.data, "dry_run": int(submission.dry_run)}
            | {"priority": submission.timing.priority.number}
            | {"available_at": max(now, submission.timing.not_before or now)}
            | {"turn": turns.get(one.key, COMES_BACK)}
            | _settled_values(one.settled or Ending(ItemState.PENDING))
        )
        connection.execute(update(item).where(item.c.id == before["id"]).values(**values))
        placed[before["id"]] = one
    return placed


def _insert_rows(connection: Connection, submission: Submission, *, placed: Mapping[int, NewItem],
                 duplicates: Sequence[tuple[NewItem, int | None]], job_id: int) -> int:  # fmt: skip
    """Say of every row that came in where it went; a row named twice is a mistake of the plan."""
    rows = [_row(job_id, place, RowEnd.ITEM, item_id=number) for number, one in placed.items() for place in one.places]
    rows += [
        _row(job_id, place, RowEnd.DUPLICATE, item_id=number) for one, number in duplicates for place in one.places
    ]
    rows += [_row(job_id, lost.place, lost.ended, problems=list(lost.problems)) for lost in submission.other_rows]
    _refuse_twice(rows)
    for some in _chunks(rows):
        connection.execute(insert(source_row), some)
    return len(rows)


def _row(job_id: int, place: RowRef, ended: RowEnd, *, item_id: int | None = None,
         problems: list[Mapping[str, str]] | None = None) -> dict[str, Any]:  # fmt: skip
    where = {"job_id": job_id, "input": place.input, "sheet": place.sheet, "row": place.row}
    return where | {"ended": ended, "item_id": item_id, "problems": problems}


def _refuse_twice(rows: Iterable[Mapping[str, Any]]) -> None:
    seen = set[tuple[str, str, int]]()
    for row in rows:
        place = (row["input"], row["sheet"], row["row"])
        if place in seen:
            raise UsageError(
                f"the plan names {RowRef(*place)} twice, expected every row in exactly one case; mend the plan"
            )
        seen.add(place)


def _insert_subjects(connection: Connection, placed: Mapping[int, NewItem], pseudonyms: Pseudonyms) -> None:
    wanted = {(number, name) for number, one in placed.items() for name in (one.key, *one.identifiers)}
    rows = [{"item_id": number, "subject": pseudonyms.of(name)} for number, name in sorted(wanted)]
    there = {tuple(row) for ids in _chunks(placed) for row in connection.execute(
        select(item_subject).where(item_subject.c.item_id.in_(ids)))}  # fmt: skip
    for some in _chunks(row for row in rows if (row["item_id"], row["subject"]) not in there):
        connection.execute(insert(item_subject), some)


def _events(submission: Submission, placed: Mapping[int, NewItem], *, rows_in: int,
            pseudonyms: Pseudonyms) -> Iterator[Event]:  # fmt: skip
    by = submission.requested_by
    digests = [{"name": one["name"], "sha256": one["sha256"]} for one in submission.inputs]
    yield Event("job.submitted", by, facts={
        "workflow": submission.workflow, "version": submission.version, "inputs": digests, "rows_in": rows_in,
        "dry_run": submission.dry_run, "parent": submission.parent, "applies": submission.applies,
        "reverses": submission.reverses,
    }, payload={"params": submission.params, "inputs": list(submission.inputs)})  # fmt: skip
    for some in _chunks(placed.items()):
        said = [{"item": number, "key": one.key, "row": one.data, "places": [str(place) for place in one.places]}
                for number, one in some]  # fmt: skip
        yield Event(
            "items.submitted", by, facts=facts_of_brought([number for number, _ in some]), payload={"items": said}
        )
    for number, one in placed.items():
        if one.settled is not None:
            yield _settled_event(submission, number, one, subject=pseudonyms.of(one.key))


def _settled_event(submission: Submission, number: int, one: NewItem, *, subject: str) -> Event:
    ending = one.settled or Ending(ItemState.PENDING)
    facts = {"planned": True, "outcome": ending.outcome, "failure": ending.failure, "code": ending.code}
    said = {name: value for name, value in facts.items() if value}
    return Event(f"item.{ending.state}", submission.requested_by, number, 0, subject, said)


def _chunks(values: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
