"""How a prepared statement reaches the database: at once on SQLite, or with others in one message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.engine import Dialect

RUNNER = "rpa_runner"
"""Where a connection keeps its runner, in its `info`."""


class RefusedError(Exception):
    """The database refused a statement; `error` is what the driver says of it."""

    def __init__(self, text: str, error: Exception) -> None:
        super().__init__(text)
        self.text = text
        self.error = error


@dataclass(slots=True)
class Reply:
    """What came of a statement: the rows it gives back and how many it changed; None while it waits to be sent."""

    rows: list[tuple[Any, ...]] | None = None
    changed: int = 0


class Runner(Protocol):
    """Runs the statements of one connection in their order."""

    @property
    def dialect(self) -> Dialect:
        """What statements are to be compiled for."""

    def later(self, text: str, arguments: Sequence[Any]) -> Reply:
        """Run a statement now, or have it run before anything else is run on this connection.

        Raises:
            RefusedError: It was run now, and refused.
        """

    def send(self) -> None:
        """Run what waits.

        Raises:
            RefusedError: The database refused one of them; those after it were not run.
        """

    def commit(self) -> None:
        """Run what waits, and commit if that saves a message; else the caller's own commit is the one.

        Raises:
            RefusedError: As for `send`; nothing is committed then.
        """

    def roll_back(self) -> None:
        """Leave what waits undone, and roll back if that is not the caller's to do; it is done without complaint."""


class AtOnce:
    """The runner of a database in this process, where a message costs nothing."""

    def __init__(self, run: Callable[[str, Sequence[Any]], Any], dialect: Dialect) -> None:
        self.dialect = dialect
        self._run = run
        self._error: type[Exception] = dialect.loaded_dbapi.Error

    def later(self, text: str, arguments: Sequence[Any]) -> Reply:
        """Run the statement."""
        try:
            cursor = self._run(text, arguments)
            # All of them: a statement that isn't read to its end is still at work when the transaction is to end.
            return Reply(cursor.fetchall(), cursor.rowcount)
        except self._error as error:
            raise RefusedError(text, error) from error

    def send(self) -> None:
        """Do nothing: nothing waits."""

    def commit(self) -> None:
        """Leave the commit to the caller."""

    def roll_back(self) -> None:
        """Leave it to the caller: nothing waits."""
