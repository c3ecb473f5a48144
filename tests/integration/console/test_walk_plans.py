"""No page of the console reads a whole table, however much is in it: every statement that a page sends is explained."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, make_url, text

from rpa.db import Database
from rpa.db.tables import metadata
from tests.integration.console.conftest import client_of, filled_house
from tests.walk import House

FEW = {
    "person",
    "person_role",
    "console_session",
    "worker",
    "seat",
    "system",
    "duty",
    "machine_pause",
    "workflow_pause",
    "cause_note",
}
"""Tables that stay short whatever is done."""
FEW_OF_MANY = ("ix_item_failed", "ix_item_running", "ix_job_open", "ix_job_plan")
"""Indices of the few rows of a long table that wait for somebody, run, or are plans: they may be read whole."""
ENDED = "job.state <> 'open' ORDER BY job.id DESC"
"""Is read from the newest job on, and ends after a few: most have ended."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    given = {} if request.param == "sqlite" else {"database_url": request.getfixturevalue("own_database")}
    with filled_house(tmp_path_factory.mktemp("house"), **given) as made:
        yield made


@pytest.fixture(scope="module")
def own_database(postgresql: str) -> Iterator[str]:
    server = Database(postgresql)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE walked"))
        yield make_url(postgresql).set(database="walked").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE walked WITH (FORCE)"))
    server.close()


def test_no_statement_of_any_page_reads_a_whole_table(house: House) -> None:
    database, client = house.site.desk.database, client_of(house.site)
    found: dict[str, str] = {}
    for stop in (one for one in house.stops() if one.is_ours):
        house.let_in(client.cookies, stop)
        with heard(database) as asked:
            client.get(stop.address)
        for line, statement in whole_reads(database, asked):
            found.setdefault(f"{line}: {statement}", stop.path)

    assert not found, "\n".join(f"{path} {what}" for what, path in found.items())


@contextmanager
def heard(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield what is asked of the database meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        asked.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def whole_reads(database: Database, asked: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return which steps of the plans read a whole table that grows, each with its statement."""
    found = []
    for statement, given in asked:
        plan = plan_of(database, statement, given)
        found += [(line, statement) for line in plan if is_whole(line) and not ends_early(statement, plan)]
    return found


def plan_of(database: Database, statement: str, given: Any) -> list[str]:
    """Return the steps in which a database would do a statement; none of one that adds rows, or sets something."""
    if not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)", statement):
        return []
    how = "EXPLAIN QUERY PLAN" if database.kind == "sqlite" else "EXPLAIN"
    with database.reading() as connection:
        if database.kind != "sqlite":  # an index is used if there is one that fits, however short the tables are here
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        return [str(row[-1]).strip() for row in connection.exec_driver_sql(f"{how} {statement}", given)]


def is_whole(line: str) -> bool:
    """Return whether a step of a plan reads a whole table that grows, or makes an index of it for this once."""
    scanned = re.search(r"(?:^SCAN|Seq Scan on|^SEARCH(?= \w+ USING AUTOMATIC)) (\w+)", line)
    grows = scanned is not None and scanned[1] in metadata.tables.keys() - FEW
    return grows and not any(one in line for one in FEW_OF_MANY)


def ends_early(statement: str, plan: list[str]) -> bool:
    """Return whether a table is read in its own order until a page is full."""
    in_its_order = "LIMIT" in statement and not any("FOR ORDER BY" in line or "Sort" in line for line in plan)
    return in_its_order and ("WHERE" not in statement or ENDED in statement)
