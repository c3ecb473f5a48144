"""The process that parses is small: a file gets nothing but the parser, and it starts in no time."""

import subprocess
import sys


def test_process_that_parses_loads_nothing_that_checks_or_writes() -> None:
    shown = "import sys, rpa.connectors.spreadsheet.child; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", shown], check=True, capture_output=True, text=True).stdout.split()

    assert "python_calamine" in loaded
    needless = {"pydantic", "xlsxwriter", "lxml", "dataclasses", "rpa.secrets", "rpa.connectors.spreadsheet.reader"}
    assert not needless & set(loaded)
