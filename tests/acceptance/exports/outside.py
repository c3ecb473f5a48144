"""Environments of their own for programs that are no dependencies of the project: made once, with exact versions."""

import os
import subprocess
import sys
from pathlib import Path
from venv import EnvBuilder

from tests.pages import ROOT


class Outside:
    """The environment of one program, whose file of versions stands beside this one."""

    def __init__(self, program: str) -> None:
        self._needed = Path(__file__).with_name(f"{program}.txt")
        self._folder = ROOT / f".venv-{program}"
        self._made = self._folder / "made-from.txt"

    def run(self, *arguments: str) -> str:
        """Run something in the environment, and return what it printed."""
        python = self._folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        apart = os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": ""}
        done = subprocess.run(
            [str(python), *arguments], capture_output=True, text=True, timeout=240, check=False, env=apart
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make_ready(self) -> None:
        """Make the environment, unless it is there with these versions."""
        needed = self._needed.read_text(encoding="ascii")
        if self._made.exists() and self._made.read_text(encoding="ascii") == needed:
            return
        EnvBuilder(clear=True, with_pip=True).create(self._folder)
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", str(self._needed))
        self._made.write_text(needed, encoding="ascii")
