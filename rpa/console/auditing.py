"""The auditors' pages together; they read, and change nothing but the record of who read."""

from collections.abc import Mapping

from rpa.console import record, record_checks, record_entry, record_exports, record_readers, record_story
from rpa.console.door import Page

AUDITING_PAGES: Mapping[str, Page] = {
    **record.PAGES,
    **record_entry.PAGES,
    **record_story.PAGES,
    **record_checks.PAGES,
    **record_exports.PAGES,
    **record_readers.PAGES,
}
