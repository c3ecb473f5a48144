"""Alembic's entry: it runs on the connection it was handed, inside the caller's transaction."""

from alembic import context

from rpa.db.seal_tables import leaf

context.configure(
    connection=context.config.attributes["connection"], target_metadata=leaf.metadata, render_as_batch=True
)
context.run_migrations()
