"""A second database that keeps a copy of every seal: of another team, so that nobody can change both."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from rpa.audit.anchors import Anchor
from rpa.audit.sealer import Seal
from rpa.db.types import UtcDateTime
from rpa.exceptions import RecordError

_TABLE = Table(
    "rpa_anchor",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tree", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
)


class SecondDatabase:
    """A table `rpa_anchor` there, which is only ever added to; a copy that is there twice does no harm.

    Its account needs no more than to create that table once, to add to it and to read it.
    """

    name = "second database"

    def __init__(self, url: str, *, every: timedelta = timedelta(seconds=10)) -> None:
        self._url = make_url(url)
        self.every = every

    def keep(self, seals: Sequence[Seal]) -> None:
        """Add seals.

        Raises:
            SQLAlchemyError: It can't be reached, or doesn't take them.
        """
        rows = [{"tree": one.tree, "size": one.size, "note": one.note, "sealed_at": one.sealed_at} for one in seals]
        with self._opened().begin() as connection:
            _TABLE.create(connection, checkfirst=True)
            connection.execute(insert(_TABLE), rows)

    def __iter__(self) -> Iterator[Anchor]:
        """Yield every copy, oldest first.

        Raises:
            RecordError: It can't be reached.
        """
        try:
            with self._opened().connect() as connection:
                found = list(_copies(connection))
        except SQLAlchemyError as error:
            raise RecordError(
                f"the second database of seals can't be read ({type(error).__name__}); see second_database in [record]"
            ) from None
        yield from found

    def _opened(self) -> Engine:
        return create_engine(self._url, poolclass=NullPool)


def _copies(connection: Connection) -> Iterator[Anchor]:
    for one in connection.execute(select(_TABLE).order_by(_TABLE.c.tree, _TABLE.c.size, _TABLE.c.id)):
        yield Anchor(f"the second database, row {one.id}", one.note)
