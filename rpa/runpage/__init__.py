"""The run page: one self-contained HTML file for each job, for admin teams and auditors."""

from rpa.runpage.page import write_due_pages, write_run_page
from rpa.runpage.story import Story, tell

__all__ = ["Story", "tell", "write_due_pages", "write_run_page"]
