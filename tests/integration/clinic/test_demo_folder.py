"""The folder of a demo: one that somebody keeps is not emptied by the next."""

import subprocess
import sys
from pathlib import Path

import pytest

from rpa.clock import SystemClock
from rpa.demo.stage import set_up, take_down
from rpa.exceptions import UsageError

# In a process of its own: the clinic outlives whoever starts it.
START = """
from pathlib import Path
import sys
from rpa.clock import SystemClock
from rpa.demo.stage import set_up

set_up(Path(sys.argv[1]), SystemClock(), keep="keep" in sys.argv, again="again" in sys.argv)
"""


def start(folder: Path, *options: str) -> None:
    subprocess.run([sys.executable, "-c", START, str(folder), *options], check=True)


def test_kept_demo_is_only_removed_when_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "demo-data"
    own = folder / "my results.xlsx"
    try:
        start(folder, "keep")
        own.write_text("worked on", encoding="utf-8")

        with pytest.raises(UsageError, match=r"was kept, and its clinic still runs; .* say --again to start clean"):
            set_up(folder, SystemClock())

        assert own.read_text(encoding="utf-8") == "worked on"
        start(folder, "again")
        assert not own.exists()
    finally:
        take_down(folder)


def test_kept_demo_whose_clinic_has_ended_is_kept_as_well(tmp_path: Path) -> None:
    mark = tmp_path / "demo.json"
    mark.write_text('{"kept": true, "pid": null}', encoding="utf-8")

    with pytest.raises(UsageError, match="its clinic has ended"):
        set_up(tmp_path, SystemClock())

    assert mark.exists()
