"""A Python that has its standard library and `cryptography`, and nothing of ours."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_START = """
import runpy, sys
sys.path[:] = [one for one in sys.path if not one.endswith(("site-packages", "dist-packages"))] + [{packages!r}]
sys.argv[:] = sys.argv[1:]
{run}
"""


@dataclass(frozen=True)
class Ended:
    """What a program printed, and how it ended."""

    code: int
    said: str


@dataclass(frozen=True)
class Bare:
    """Where its one package is."""

    packages: Path

    def verify(self, folder: Path, *arguments: str) -> Ended:
        """Run the program of a pack."""
        return self.run("runpy.run_path(sys.argv[0], run_name='__main__')", str(folder / "verify.py"), *arguments)

    def run(self, code: str, *arguments: str) -> Ended:
        start = _START.format(packages=str(self.packages), run=code)
        command = [sys.executable, "-I", "-S", "-B", "-c", start, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=self.packages)
        return Ended(done.returncode, done.stdout + done.stderr)


def make_bare(folder: Path) -> Bare:
    """Copy the package `cryptography` and what it is made of."""
    for name in ("cryptography", "cffi", "_cffi_backend"):
        place = Path(str(getattr(find_spec(name), "origin", None)))
        if place.name == "__init__.py":
            shutil.copytree(place.parent, folder / name)
        else:
            shutil.copy(place, folder / place.name)
    return Bare(folder)
