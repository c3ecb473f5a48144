"""The database: one engine for SQLite and PostgreSQL, its tables and its migrations."""

from rpa.db.engine import Database

__all__ = ["Database"]
