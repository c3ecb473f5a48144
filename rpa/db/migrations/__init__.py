"""Brings a database to the tables this version of the library works with, by Alembic."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from rpa.db.engine import Database

HEAD = "0017"
"""The newest migration; a database that is there needs nothing."""


def migrate(database: Database) -> None:
    """Make or upgrade the tables; nothing happens when they are up to date. Two processes may start at once."""
    with database.reading() as connection:
        if _revision(connection) == HEAD:
            return
    with database.transaction() as connection:
        database.lock_schema(connection)
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # Imported here: only the first start after an update needs Alembic, and every command would wait for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", Path(__file__).parent.as_posix())
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
