"""Takes evidence out of the record: as a pack that proves itself, as a table, or as a log for process mining."""

from rpa.exports.exporter import Exported, Exporter, Request
from rpa.exports.forms import Form
from rpa.exports.selection import Selection, of_items, of_job, of_period

__all__ = ["Exported", "Exporter", "Form", "Request", "Selection", "of_items", "of_job", "of_period"]
