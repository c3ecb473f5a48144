"""No list of the console reads a whole table, however much is in it."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event

from rpa.approvals import plan_marks
from rpa.console.needing import waiting
from rpa.console.rows import SHOWS, jobs_of, rows_of, waiting_cases
from rpa.db import Database
from tests.integration.console.conftest import Browser

LISTS: dict[str, Callable[[Database], object]] = {
    "jobs of a person": lambda database: jobs_of(database, ["Jo Clerk"]),
    "jobs of a team": lambda database: jobs_of(database, ["Jo Clerk", "Tom Ellis"], before=100),
    "cases of a team": lambda database: waiting(database, ["Jo Clerk", "Tom Ellis"]),
    "cases of everybody": lambda database: waiting(database, None),
    "marks of plans": lambda database: plan_marks(database, [1, 2, 3]),
    "cases of jobs": lambda database: waiting_cases(database, [1, 2, 3]),
    **{f"rows {show}": partial(rows_of, job_id=1, codes={}, show=show, after="sheet|List|50") for show in ("", *SHOWS)},
}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_whole_table(browser: Browser, name: str) -> None:
    database = browser.site.desk.database
    asked: list[tuple[str, object]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))

    LISTS[name](database)

    (statement, values), *_ = [one for one in asked if one[0].startswith("SELECT")]
    with database.reading() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]
    assert not [line for line in plan if line.startswith("SCAN") and "USING INDEX ix_item_failed" not in line], plan
