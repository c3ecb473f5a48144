"""Alembic's entry: it runs on the connection it was handed, inside the caller's transaction."""

from alembic import context

from rpa.db import approval_tables, seal_tables  # noqa: F401 - all tables
from rpa.db.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
