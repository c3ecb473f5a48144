"""The run page: one self-contained HTML file for each job, for admin teams and auditors."""

from rpa.runpage.page import write_due_pages, write_run_page
from rpa.runpage.renewal import renew_pages
from rpa.runpage.story import Story, tell

__all__ = ["Story", "renew_pages", "tell", "write_due_pages", "write_run_page"]
