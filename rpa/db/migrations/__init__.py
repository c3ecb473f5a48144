"""Brings a database to the tables this version of the library works with, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from rpa.db.engine import Database


def migrate(database: Database) -> None:
    """Make or upgrade the tables; nothing happens when they are up to date. Two processes may start at once."""
    config = Config()
    config.set_main_option("script_location", Path(__file__).parent.as_posix())
    with database.transaction() as connection:
        database.lock_schema(connection)
        if _revision(connection) != ScriptDirectory.from_config(config).get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
