"""Adds a row of a gate unless it is there, whoever else adds it at the same moment."""

from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, insert, select, true

from rpa.db.prepared import Prepared
from rpa.db.tables import system

_UNLESS_THERE = "ON CONFLICT DO NOTHING"


def add_unless_there(table: Table, *columns: str) -> Prepared:
    """Return the statement that adds a row with these columns, given as `b_NAME`; it changes none when one is there.

    The words are the same on both databases. On PostgreSQL it waits for a transaction that is adding the same row.
    """
    values: list[BindParameter[Any]] = [bindparam(f"b_{name}", type_=table.c[name].type) for name in columns]
    # SQLite takes ON CONFLICT for a part of the select unless that ends with a WHERE.
    return Prepared(insert(table).from_select(list(columns), select(*values).where(true()).suffix_with(_UNLESS_THERE)))


ADD_SYSTEM = add_unless_there(system, "name")
