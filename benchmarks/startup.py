"""Starts Python with nothing, with the library and with the command's help: whole processes, from start to end."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure, at_most, in_turn

ROUNDS = 15


def seconds(*command: str) -> float:
    """Return how long a process takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def figures() -> list[Figure]:
    """Measure all three in turn."""
    python, rpa = sys.executable, shutil.which("rpa", path=str(Path(sys.executable).parent))
    assert rpa is not None, "the command stands beside the interpreter it was installed for"
    measures = {
        "bare": lambda: seconds(python, "-c", "pass"),
        "import": lambda: seconds(python, "-c", "import rpa"),
        "help": lambda: seconds(rpa, "--help"),
    }
    found = {name: value * 1000 for name, value in in_turn(measures, ROUNDS).items()}
    more, bare = found["import"] - found["bare"], "bare Python"
    return [
        Figure("`import rpa`", found["import"], "ms", bare, found["bare"], at_most(150, "at most 150 ms more"), more),
        Figure("`rpa --help`", found["help"], "ms", bare, found["bare"], at_most(500, "at most 500 ms"), found["help"]),
    ]
