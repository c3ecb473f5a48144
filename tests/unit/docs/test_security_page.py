"""The page of the console's security claims nothing that no test shows."""

import re
from pathlib import Path

from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "security.md"
FOLDERS = ("tests/integration/console", "tests/acceptance/console")


def test_every_line_names_tests_that_are_there() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).glob("test_*.py")]
    there = {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)}

    lines = table(Path(PAGE), "ASVS", "what", "test")

    told = [name.strip() for line in lines for name in line[2].split(",")]
    assert len(lines) > 20
    assert set(told) <= there
