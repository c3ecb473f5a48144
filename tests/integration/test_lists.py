"""Pages of long lists: what is on each, and that a database finds it by an index alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from rpa.db import Database
from rpa.lists import Cause, JobFilter, Lists
from rpa.models import Actor, ActorKind, Ending, LostRow, NewItem, RowRef, Submission
from rpa.states import Failure, ItemState, RowEnd
from tests.integration.conftest import PERSON, Bench

OTHER = Actor(ActorKind.PERSON, "B. Clerk")
NO_PATIENT, TIMEOUT = Cause("tidy_up", Failure.BUSINESS, "NO_PATIENT"), Cause("tidy_up", Failure.SYSTEM, "TIMEOUT")


@pytest.fixture
def lists(bench: Bench) -> Lists:
    return Lists(bench.database)


def fail(bench: Bench, *causes: Cause) -> None:
    """Let the next items that are claimed fail for these causes."""
    for cause in causes:
        bench.finish(bench.claim(), Ending(ItemState.FAILED, failure=cause.failure, code=cause.code))


def sent_by(bench: Bench, by: Actor, *keys: str, rejected: int = 0) -> int:
    items = [NewItem(key, {"value": key}, [RowRef("sheet", "Sheet1", row)]) for row, key in enumerate(keys, 2)]
    lost = [LostRow(RowRef("sheet", "Sheet1", 100 + number), RowEnd.REJECTED) for number in range(rejected)]
    return bench.queue.submit(Submission("tidy_up", "1", by, items, lost))


def test_jobs_come_a_page_at_a_time_newest_first(bench: Bench, lists: Lists) -> None:
    made = [bench.submit(f"key-{number}") for number in range(5)]

    first = [one.id for one in lists.jobs(limit=3)]
    second = [one.id for one in lists.jobs(before=first[-1], limit=3)]

    assert first + second == made[::-1]


def test_jobs_are_found_by_who_asked_and_by_what_is_open(bench: Bench, lists: Lists) -> None:
    mine, theirs = sent_by(bench, PERSON, "a"), sent_by(bench, OTHER, "b")
    bench.finish(bench.claim())

    found = {
        wanted: [one.id for one in lists.jobs(wanted)]
        for wanted in (
            JobFilter(requested_by=PERSON.name),
            JobFilter(requested_by=OTHER.name),
            JobFilter(open_only=True),
            JobFilter(ended_only=True),
            JobFilter(workflow="tidy_up"),
            JobFilter(workflow="other"),
        )
    }

    assert list(found.values()) == [[mine], [theirs], [theirs], [mine], [theirs, mine], []]


def test_rows_come_in_the_order_of_the_sheet_with_their_items(bench: Bench, lists: Lists) -> None:
    job = sent_by(bench, PERSON, *"abcde", rejected=2)

    pages = [lists.rows(job, limit=3)]
    while pages[-1]:
        pages.append(lists.rows(job, after=pages[-1][-1].place, limit=3))

    rows = [row for page in pages for row in page]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert rows == bench.views.rows(job)
    assert [row.item.key if row.item else row.ended for row in rows] == [*"abcde", "rejected", "rejected"]


def test_rows_that_never_became_an_item_are_a_list_of_their_own(bench: Bench, lists: Lists) -> None:
    job = sent_by(bench, PERSON, "a", "b", rejected=3)

    first = lists.unread(job, limit=2)
    second = lists.unread(job, after=first[-1].place, limit=2)

    assert [one.place.row for one in first + second] == [100, 101, 102]


def test_what_needs_a_person_is_grouped_by_cause_the_largest_first(bench: Bench, lists: Lists) -> None:
    mine, theirs = sent_by(bench, PERSON, "a", "b"), sent_by(bench, OTHER, "c", "d")
    fail(bench, TIMEOUT, NO_PATIENT, NO_PATIENT)

    causes = lists.causes()
    business = lists.causes(failures=[Failure.BUSINESS])
    of_the_other = lists.causes(requested_by=OTHER.name)

    assert [(one.cause, one.items, one.jobs) for one in causes] == [(NO_PATIENT, 2, 2), (TIMEOUT, 1, 1)]
    assert [one.cause for one in business] == [NO_PATIENT]
    assert [(one.cause, one.items) for one in of_the_other] == [(NO_PATIENT, 1)]
    assert causes[0].first_at < causes[0].last_at
    assert lists.failed_of([mine, theirs]) == {mine: 2, theirs: 1}
    assert lists.causes(workflow="other") == []


def test_items_of_a_cause_come_a_page_at_a_time_oldest_first(bench: Bench, lists: Lists) -> None:
    jobs = sent_by(bench, PERSON, *"abc"), sent_by(bench, OTHER, "d")
    fail(bench, NO_PATIENT, NO_PATIENT, NO_PATIENT, TIMEOUT)

    first = lists.items_of(NO_PATIENT, limit=2)
    second = lists.items_of(NO_PATIENT, after=first[-1].id, limit=2)

    expected = [one.id for job in jobs for one in bench.views.items(job) if one.code == "NO_PATIENT"]
    assert [one.id for one in first + second] == expected
    assert lists.items_of(NO_PATIENT, requested_by="nobody") == []


def test_all_that_needs_a_person_comes_a_page_at_a_time_by_job(bench: Bench, lists: Lists) -> None:
    mine, theirs = sent_by(bench, PERSON, *"abc"), sent_by(bench, OTHER, "d")
    fail(bench, NO_PATIENT, TIMEOUT, NO_PATIENT, NO_PATIENT)

    pages = [lists.failed(limit=3)]
    pages.append(lists.failed(after=pages[0][-1].id, limit=3))

    assert [[one.job_id for one in page] for page in pages] == [[mine, mine, mine], [theirs]]
    assert [one.job_id for one in lists.failed(requested_by=[OTHER.name])] == [theirs]
    assert (len(lists.failed(workflow="tidy_up")), lists.failed(workflow="other")) == (4, [])
    assert [one.id for one in lists.jobs(JobFilter(requested_by=[PERSON.name, OTHER.name]))] == [theirs, mine]


def test_what_was_put_right_leaves_the_list(bench: Bench, lists: Lists) -> None:
    job = sent_by(bench, PERSON, "a")
    fail(bench, NO_PATIENT)
    (failed,) = lists.items_of(NO_PATIENT)

    bench.queue.retry([failed.id], by=PERSON, why="the number was corrected")

    assert lists.causes() == []
    assert lists.failed_of([job]) == {job: 0}


@pytest.mark.parametrize(
    "ask",
    [
        lambda lists: lists.jobs(before=3),
        lambda lists: lists.jobs(JobFilter(requested_by="A. Clerk"), before=3),
        lambda lists: lists.jobs(JobFilter(open_only=True), before=3),
        lambda lists: lists.jobs(JobFilter(requested_by=["A. Clerk"], workflow="tidy_up", ended_only=True), before=3),
        lambda lists: lists.failed(after=1),
        lambda lists: lists.failed(requested_by=["A. Clerk"], after=1),
        lambda lists: lists.rows(1, after=RowRef("sheet", "Sheet1", 3)),
        lambda lists: lists.unread(1, after=RowRef("sheet", "Sheet1", 3)),
        lambda lists: lists.causes(),
        lambda lists: lists.causes(requested_by="A. Clerk"),
        lambda lists: lists.items_of(NO_PATIENT, after=1),
        lambda lists: lists.failed_of([1, 2]),
    ],
)
def test_no_page_reads_a_whole_table_or_sorts_one(bench: Bench, lists: Lists, ask: Callable[[Lists], Any]) -> None:
    sent_by(bench, PERSON, *"abc", rejected=2)
    fail(bench, NO_PATIENT)

    plans = plans_of(bench.database, lambda: ask(lists))

    assert plans
    assert [line for line in plans if reads_a_whole_table(line)] == []
    assert not any("FOR ORDER BY" in line for line in plans)


def reads_a_whole_table(line: str) -> bool:
    if line.strip().startswith("SCAN"):  # of SQLite; an index of few rows may be read whole
        return not any(one in line for one in ("ix_item_failed", "ix_item_running", "ix_job_open"))
    return "Seq Scan" in line


def plans_of(database: Database, ask: Callable[[], Any]) -> list[str]:
    """Return how the database finds what is asked; PostgreSQL as it would if the tables were long."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    ask()
    event.remove(database.engine, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN" if database.kind == "sqlite" else "EXPLAIN"
    with database.reading() as connection:
        if database.kind != "sqlite":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
        found = [
            connection.exec_driver_sql(f"{how} {one}", given).fetchall() for one, given in asked if "SELECT" in one
        ]
    return [str(row[-1]) for rows in found for row in rows]
