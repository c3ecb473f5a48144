"""Adds the row of a system unless it is there, whoever else adds it at the same moment."""

from rpa.db.prepared import add_unless_there
from rpa.db.tables import system

ADD_SYSTEM = add_unless_there(system, "name")
