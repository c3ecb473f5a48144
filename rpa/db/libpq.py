"""Runs statements on PostgreSQL by libpq itself, several in one message.

A cursor of the driver costs more than most statements of a move, and each answer waited for costs two changes between
processes. So statements are prepared once a connection and sent together, in libpq's pipeline mode.
"""

import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from rpa.db.statements import RefusedError, Reply

_AT_MOST = 100
"""Statements that wait at most: what the server answers to so many fits the socket, so neither side waits for ever."""
_IN_TRANSACTION = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


def _integer(value: bytes) -> int:
    return int.from_bytes(value, "big", signed=True)


# The types our columns have, by their number in PostgreSQL's catalogue; all else is text.
_READ: dict[int, Callable[[bytes], Any]] = {17: bytes, 20: _integer, 21: _integer, 23: _integer}


class Libpq:
    """The runner of a PostgreSQL connection."""

    # $1, $2, …: the words the server itself understands.
    dialect: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        self._driver = driver
        self._names: dict[str, bytes] = {}
        self._numbers = count(1)
        self._waiting: list[tuple[str, Sequence[Any], Reply]] = []

    def later(self, text: str, arguments: Sequence[Any]) -> Reply:
        """Have a statement sent with the next one that is waited for, or with the commit."""
        reply = Reply()
        self._waiting.append((text, arguments, reply))
        if len(self._waiting) >= _AT_MOST:
            self.send()
        return reply

    def send(self) -> None:
        """Send what waits, and wait for all the answers."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if self._driver.pgconn.transaction_status == TransactionStatus.IDLE and not self._driver.autocommit:
            waiting.insert(0, (self._begin(), (), Reply()))
        try:
            failed = self._exchange(waiting)
        except psycopg.Error as error:
            self._driver.close()
            raise RefusedError(waiting[0][0], error) from error
        except BaseException:
            self._driver.close()  # told to stop amid an answer: nobody could make sense of the rest of it
            raise
        if failed is not None:
            if isinstance(failed[1], InvalidSqlStatementName):  # somebody has dropped them all
                self._names.clear()
            raise RefusedError(*failed) from failed[1]

    def commit(self) -> None:
        """Send the commit with what waits; SQLAlchemy's own then finds nothing to do."""
        if self._waiting:
            self.later("COMMIT", ())
            self.send()

    def roll_back(self) -> None:
        """Drop what waits and roll back, before the driver does: it would drop all prepared statements with it."""
        self._waiting.clear()
        if self._driver.pgconn.transaction_status in _IN_TRANSACTION:
            self._waiting.append(("ROLLBACK", (), Reply()))
            with suppress(RefusedError):  # a lost connection is found out by the driver's own rollback
                self.send()

    def _begin(self) -> str:
        level = self._driver.isolation_level
        return "BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}"

    def _exchange(self, statements: Sequence[tuple[str, Sequence[Any], Reply]]) -> tuple[str, Exception] | None:
        """Return what was refused, if anything was; the server passes over all that comes after it."""
        connection, failed = self._driver.pgconn, None
        connection.enter_pipeline_mode()
        asked = [step for statement in statements for step in self._ask(*statement)]
        connection.pipeline_sync()
        self._push()
        for text, reply in asked:
            result = self._answer()
            if result.status in _FAILED and failed is None:
                failed = (text, error_from_result(result))
            if reply is not None:
                _fill(reply, result)
            elif result.status != ExecStatus.COMMAND_OK:
                del self._names[text]
        self._next()  # what we said was the end
        connection.exit_pipeline_mode()
        return failed

    def _ask(self, text: str, arguments: Sequence[Any], reply: Reply) -> Iterator[tuple[str, Reply | None]]:
        """Put a statement into the message; the first time it is prepared before."""
        connection = self._driver.pgconn
        if text not in self._names:
            self._names[text] = f"rpa_{next(self._numbers)}".encode()
            connection.send_prepare(self._names[text], text.encode())
            yield text, None
        values = [_written(one) for one in arguments]
        formats = [Format.BINARY if isinstance(one, bytes) else Format.TEXT for one in arguments]
        connection.send_query_prepared(self._names[text], values, formats, result_format=Format.BINARY)
        yield text, reply

    def _push(self) -> None:
        connection = self._driver.pgconn
        while connection.flush():
            readable, _, _ = select.select([connection.socket], [connection.socket], [])
            if readable:
                connection.consume_input()

    def _answer(self) -> PGresult:
        result = self._next()
        if result is None:
            raise psycopg.OperationalError("the connection to the database was lost")
        self._next()  # nothing: the answer to one statement has ended
        return result

    def _next(self) -> PGresult | None:
        connection = self._driver.pgconn
        while connection.is_busy():  # libpq's own wait would hold up every other thread of this process
            select.select([connection.socket], [], [])
            connection.consume_input()
        return connection.get_result()


def _written(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()


def _fill(reply: Reply, result: PGresult) -> None:
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return
    reply.changed = result.command_tuples or 0
    read = [_READ.get(result.ftype(column), bytes.decode) for column in range(result.nfields)]
    reply.rows = [tuple([_value(result.get_value(row, column), of) for column, of in enumerate(read)])
                  for row in range(result.ntuples)]  # fmt: skip


def _value(found: bytes | None, read: Callable[[bytes], Any]) -> Any:
    return None if found is None else read(found)
