"""The workbook that goes back: what became of every row of a job, and what a person can correct and send again."""

from rpa.results.earlier import EarlierRow, earlier_rows, what_is_left
from rpa.results.sheets import Layout, case_sheets
from rpa.results.story import CaseResult, Results, end_of, results_of
from rpa.results.workbook import write_page, write_results

__all__ = [
    "CaseResult",
    "EarlierRow",
    "Layout",
    "Results",
    "case_sheets",
    "earlier_rows",
    "end_of",
    "results_of",
    "what_is_left",
    "write_page",
    "write_results",
]
