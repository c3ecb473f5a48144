"""Compares two tables of typed rows: every row of both is in exactly one group, so the totals balance by construction.

Nothing here needs a queue or a browser: a script may import it alone.
"""

from rpa.reconcile.book import comparison_sheets, write_comparison
from rpa.reconcile.cleaning import plain_name, plain_phone, plain_postcode, plain_text
from rpa.reconcile.comparing import compare
from rpa.reconcile.fields import Difference, Field
from rpa.reconcile.groups import Comparison, Group, Kind
from rpa.reconcile.passes import Pass

__all__ = [
    "Comparison",
    "Difference",
    "Field",
    "Group",
    "Kind",
    "Pass",
    "compare",
    "comparison_sheets",
    "plain_name",
    "plain_phone",
    "plain_postcode",
    "plain_text",
    "write_comparison",
]
