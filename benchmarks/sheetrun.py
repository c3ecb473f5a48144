"""Runs one of several measures of spreadsheets in a process of its own: `python -m MODULE MODE FOLDER`."""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter


def run(*modes: Callable[[Path], None]) -> None:
    """Print as JSON the seconds the mode took and the most memory of its processes, in MB."""
    mode = next(mode for mode in modes if mode.__name__ == sys.argv[1])
    began = perf_counter()
    mode(Path(sys.argv[2]))
    seconds = perf_counter() - began
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))
