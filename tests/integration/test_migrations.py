"""The migrations make exactly the tables the code works with."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from rpa.db import Database, approval_tables, audit_tables, console_tables, mail_tables, migrations, seal_tables  # noqa: F401 - all
from rpa.db.migrations import HEAD, migrate
from rpa.db.schema import metadata


def test_migrations_equal_the_schema(database: Database) -> None:
    with database.transaction() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_the_newest_migration_is_the_one_that_is_asked_for() -> None:
    config = Config()
    config.set_main_option("script_location", Path(migrations.__file__).parent.as_posix())

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.reading() as connection:
        before = sorted(inspect(connection).get_table_names())

    migrate(database)

    with database.reading() as connection:
        assert sorted(inspect(connection).get_table_names()) == before


def test_check_constraints_are_in_the_migrated_tables(database: Database) -> None:
    wanted = {str(one.name) for one in metadata.tables["item"].constraints if str(one.name).startswith("ck_")}

    with database.reading() as connection:
        found = {str(one["name"]) for one in inspect(connection).get_check_constraints("item")}

    assert wanted
    assert wanted == found
