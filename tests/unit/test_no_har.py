"""A HAR holds every header and form, passwords among them: none is ever recorded."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_in_the_library_records_a_har() -> None:
    sources = [path for folder in ("rpa", "workflows") for path in (ROOT / folder).rglob("*.py")]

    recording = [path.name for path in sources if re.search(r"record_har|route_from_har", path.read_text("utf-8"))]

    assert sources and not recording
