"""What is to be done once a transaction is committed, and is not if it is taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_WAITING = "rpa_afterwards"


def afterwards(connection: Connection, do: Callable[[], object]) -> None:
    """Call a function after the commit of the transaction in hand; elsewhere, never. It must not raise."""
    waiting: list[Callable[[], object]] | None = connection.info.get(_WAITING)
    if waiting is not None:
        waiting.append(do)


@contextmanager
def doing_afterwards(connection: Connection) -> Iterator[None]:
    """Do what was put off, once what is inside has ended well."""
    waiting: list[Callable[[], object]] = []
    connection.info[_WAITING] = waiting
    yield
    for do in waiting:
        do()
