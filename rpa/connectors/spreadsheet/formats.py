"""What can be written into a cell, and the number formats that show it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = str | int | float | Decimal | bool | datetime | date | time | timedelta | None

DATE, DATE_TIME, TIME, SPAN = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm", "[h]:mm:ss"
WHOLE, GENERAL = "0", "General"
