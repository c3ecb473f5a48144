"""Prepared statements: sent together where that saves time, and seen by nobody as anything but one after the other."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from rpa.db import Database
from rpa.db.away import is_away
from rpa.db.prepared import Prepared, add_unless_there

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(50)),
    Column("body", LargeBinary),
    Column("number", Integer),
)
EMPTY = {"name": None, "body": None, "number": None}
ADD = Prepared(insert(thing).values({name: bindparam(name) for name in ("id", *EMPTY)}))
ALL = Prepared(select(thing).order_by(thing.c.id))
RENAME = Prepared(update(thing).where(thing.c.id == bindparam("b_id")).values(name=bindparam("b_name")))
SURPRISING = [None, "", "Žofia 'O''Neill' $1 %s :x", "two\nlines"]


@pytest.fixture
def things(database: Database) -> Iterator[Database]:
    metadata.create_all(database.engine)
    yield database
    database.close_thread()
    metadata.drop_all(database.engine)


def ids(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(select(thing.c.id).order_by(thing.c.id)).scalars())


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_values_of_all_kinds_come_back_as_they_went_in(things: Database) -> None:
    rows = [(number, name, b"\0\xff'" * number, -number) for number, name in enumerate(SURPRISING)]

    with things.transaction() as connection:
        for number, name, body, value in rows:
            ADD.later(connection, id=number, name=name, body=body, number=value)
        found = ALL.rows(connection)

    assert [(number, name, bytes(body), value) for number, name, body, value in found] == rows


def test_what_waits_is_run_before_any_other_statement(things: Database) -> None:
    with things.transaction() as connection:
        ADD.later(connection, id=1, **EMPTY)
        counted = connection.execute(text("SELECT count(*) FROM thing")).scalar_one()

    assert counted == 1


def test_what_waits_at_the_end_is_committed(things: Database) -> None:
    with things.transaction() as connection:
        for number in range(250):
            ADD.later(connection, id=number, **EMPTY)

    assert ids(things) == list(range(250))


def test_answers_tell_of_their_own_statement(things: Database) -> None:
    with things.transaction() as connection:
        ADD.later(connection, id=1, **EMPTY)
        one = RENAME.later(connection, b_id=1, b_name="one")
        none = RENAME.later(connection, b_id=2, b_name="two")
        found = ALL.later(connection)

        assert (one.changed, none.changed, [row[:2] for row in found.rows]) == (1, 0, [(1, "one")])


def test_refused_statement_leaves_nothing_of_its_transaction(things: Database) -> None:
    with pytest.raises(IntegrityError), things.transaction() as connection:
        ADD.later(connection, id=1, **EMPTY)
        ADD.later(connection, id=1, **EMPTY)

    assert ids(things) == []


def test_connection_is_used_again_after_a_refusal(things: Database) -> None:
    for _ in range(3):
        with pytest.raises(IntegrityError), things.transaction() as connection:
            for _ in range(8):  # often enough for the driver to prepare what it runs itself
                connection.execute(text("SELECT 1"))
            ADD.later(connection, id=1, **EMPTY)
            ADD.run(connection, id=1, **EMPTY)

    with things.transaction() as connection:
        ADD.later(connection, id=2, **EMPTY)

    assert ids(things) == [2]


def test_what_waits_is_dropped_with_its_transaction(things: Database) -> None:
    with pytest.raises(ZeroDivisionError), things.transaction() as connection:
        ADD.later(connection, id=1, **EMPTY)
        raise ZeroDivisionError
    with things.transaction() as connection:
        ADD.later(connection, id=2, **EMPTY)

    assert ids(things) == [2]


def test_message_of_a_refusal_shows_no_values(things: Database) -> None:
    with pytest.raises(IntegrityError) as refused, things.transaction() as connection:
        for _ in range(2):
            ADD.run(connection, id=1, name="Ada Lovelace", body=None, number=None)

    assert "Lovelace" not in str(refused.value)


def test_row_that_is_there_is_not_added_again(things: Database) -> None:
    add = add_unless_there(thing, "id", "name")

    with things.transaction() as connection:
        added = [add.run(connection, b_id=1, b_name=name) for name in ("first", "second")]
        (row,) = ALL.rows(connection)

    assert added == [1, 0]
    assert row[1] == "first"


def test_reading_sees_one_snapshot(things: Database) -> None:
    with things.reading() as connection:
        before = ALL.rows(connection)
        other = in_a_thread(lambda: add_and_close(things, 1))
        other.join()
        after = ALL.rows(connection)

    assert before == after == []
    assert ids(things) == [1]


def add_and_close(database: Database, number: int) -> None:
    with database.transaction() as connection:
        ADD.later(connection, id=number, **EMPTY)
    database.close_thread()


def test_other_threads_go_on_while_a_statement_waits_for_a_lock(things: Database) -> None:
    add_and_close(things, 1)
    begins, renamed = threading.Event(), []

    def rename() -> None:
        begins.set()
        with things.transaction() as connection:
            renamed.append(RENAME.run(connection, b_id=1, b_name="second"))
        things.close_thread()

    with things.transaction() as connection:
        RENAME.run(connection, b_id=1, b_name="first")
        waits = in_a_thread(rename)
        begins.wait(60)
        names = [ALL.rows(connection)[0][1] for _ in range(20)]  # it could not be asked if the other held everything up
    waits.join()

    assert set(names) == {"first"}
    assert renamed == [1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_lost_connection_is_a_database_that_is_away_and_then_back(things: Database) -> None:
    with pytest.raises(DBAPIError) as lost, things.transaction() as connection:
        (mine,) = connection.execute(text("SELECT pg_backend_pid()")).scalars()
        cut(things, mine)
        ADD.run(connection, id=1, **EMPTY)

    add_and_close(things, 2)

    assert is_away(lost.value)
    assert ids(things) == [2]


def cut(database: Database, backend: int) -> None:
    with database.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": backend})
