"""The log: what a process does, line by line, without personal data; the record is what proves anything."""

from rpa.logs.errors import diagnosis
from rpa.logs.scrubber import scrubbed
from rpa.logs.setup import set_up_logs

__all__ = ["diagnosis", "scrubbed", "set_up_logs"]
