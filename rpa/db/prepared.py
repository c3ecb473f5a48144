"""A statement that is built and compiled once: the few on the path of every item run some thousand times a second."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, LargeBinary, Table, bindparam, insert, select, true
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from rpa.db.away import is_read_only
from rpa.db.statements import RUNNER, RefusedError, Reply, Runner

_UNLESS_THERE = "ON CONFLICT DO NOTHING"


class Answer:
    """The answer to a statement that is sent with others; it is waited for when somebody asks for it."""

    def __init__(self, connection: Connection, reply: Reply) -> None:
        self._connection = connection
        self._reply = reply

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows it gives back, with the driver's own values (a JSON column gives bytes)."""
        if self._reply.rows is None:
            send_waiting(self._connection)
        return self._reply.rows or []

    @property
    def changed(self) -> int:
        """How many rows it changed."""
        if self._reply.rows is None:
            send_waiting(self._connection)
        return self._reply.changed


class Prepared:
    """A statement whose values are all `bindparam`s, run by the driver itself inside SQLAlchemy's transaction.

    Building a Core statement costs 200 µs, running a constant one 34, handing its compiled text to the driver 2. Values
    going in are converted by the columns' types; values coming out are the driver's own. The driver's errors are raised
    as SQLAlchemy's, as everywhere else.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: Any) -> int:
        """Run it once and return how many rows it changed."""
        return self.later(connection, **values).changed

    def rows(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Run it once and return the rows it gives back."""
        return self.later(connection, **values).rows

    def later(self, connection: Connection, **values: Any) -> Answer:
        """Run it once, together with the next statement of this connection whose answer is asked for, or the commit."""
        runner: Runner = connection.info[RUNNER]
        compiled = self._compiled.get(runner.dialect.name) or self._compile(runner.dialect)
        try:
            return Answer(connection, runner.later(compiled.text, compiled.arguments(values)))
        except RefusedError as refused:
            raise _as_sqlalchemy(connection, refused) from refused.error

    def _compile(self, dialect: Dialect) -> "_Compiled":
        made = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return made


def add_unless_there(table: Table, *columns: str) -> Prepared:
    """Return the statement that adds a row with these columns, given as `b_NAME`; it changes none when one is there.

    The words are the same on both databases. On PostgreSQL it waits for a transaction that is adding the same row.
    """
    values: list[BindParameter[Any]] = [bindparam(f"b_{name}", type_=table.c[name].type) for name in columns]
    # SQLite takes ON CONFLICT for a part of the select unless that ends with a WHERE.
    return Prepared(insert(table).from_select(list(columns), select(*values).where(true()).suffix_with(_UNLESS_THERE)))


def send_waiting(connection: Connection, *, commit: bool = False) -> None:
    """Run the statements that wait to be sent with the next one; with `commit`, commit with the same message."""
    runner: Runner = connection.info[RUNNER]
    try:
        if commit:
            runner.commit()
        else:
            runner.send()
    except RefusedError as refused:
        raise _as_sqlalchemy(connection, refused) from refused.error


class _Compiled:
    """The text of a statement for one kind of database, and how its values get there."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._places = [_place(name, bind, dialect) for name, bind in _binds(compiled)]

    def arguments(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return the values in the order the driver wants them."""
        return [
            constant if name is None else values[name] if convert is None else convert(values[name])
            for name, constant, convert in self._places
        ]


def _binds(compiled: Any) -> list[tuple[str, Any]]:
    by_name = {name: bind for bind, name in compiled.bind_names.items()}
    return [(name, by_name[name]) for name in compiled.positiontup]


def _place(name: str, bind: Any, dialect: Dialect) -> tuple[str | None, Any, Callable[[Any], Any] | None]:
    """Return what stands in a place of the text: a value by its name, or one that is always the same."""
    # Bytes are taken as they are by both drivers; SQLAlchemy would wrap each.
    convert = None if isinstance(bind.type, LargeBinary) else bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return name, None, convert
    value = bind.effective_value if convert is None else convert(bind.effective_value)
    return None, str(value) if isinstance(value, str) else value, None  # drivers are slow with an enum's member


def _as_sqlalchemy(connection: Connection, refused: RefusedError) -> BaseException:
    error, dialect = refused.error, connection.dialect
    driver = connection.connection.dbapi_connection
    lost = is_read_only(error) or dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate()  # the next transaction of this thread starts on a fresh connection
    return DBAPIError.instance(
        refused.text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost,
        dialect=dialect,
    )  # fmt: skip
