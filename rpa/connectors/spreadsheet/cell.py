"""What a cell holds, before anybody knows what it means."""

from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | float | int | bool | datetime | date | time | timedelta
"""A cell's value; a blank cell is the empty string."""
