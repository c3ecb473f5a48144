"""The pages of the digital team: what to look at first, problems by cause, runs, systems, workers, schedules."""

from rpa.console.operating.pages import OPERATING_PAGES

__all__ = ["OPERATING_PAGES"]
