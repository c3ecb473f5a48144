"""An environment of its own for pm4py, which is no dependency of the project: made once, with exact versions."""

import os
import subprocess
import sys
from pathlib import Path
from venv import EnvBuilder

from tests.pages import ROOT

NEEDED = Path(__file__).with_name("pm4py.txt")
FOLDER = ROOT / ".venv-pm4py"
PYTHON = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
MADE = FOLDER / "made-from.txt"


def run(*arguments: str) -> str:
    """Run a program of the environment, and return what it printed."""
    apart = os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": ""}
    done = subprocess.run(
        [str(PYTHON), *arguments], capture_output=True, text=True, timeout=240, check=False, env=apart
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_ready() -> None:
    """Make the environment, unless it is there with these versions."""
    if MADE.exists() and MADE.read_text(encoding="ascii") == NEEDED.read_text(encoding="ascii"):
        return
    EnvBuilder(clear=True, with_pip=True).create(FOLDER)
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", str(NEEDED))
    MADE.write_text(NEEDED.read_text(encoding="ascii"), encoding="ascii")
