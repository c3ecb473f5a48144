"""Runs one of several measures of spreadsheets in a process of its own: `python -m MODULE MODE FOLDER`."""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter


def run(*modes: Callable[[Path], None]) -> None:
    """Print as JSON the seconds the mode took, its processor time, and the most memory of its processes, in MB."""
    mode = next(mode for mode in modes if mode.__name__ == sys.argv[1])
    began, busy = perf_counter(), _processor_time()
    mode(Path(sys.argv[2]))
    found = {"seconds": perf_counter() - began, "processor": _processor_time() - busy}
    peak = _own_peak() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({**found, "megabytes": peak / 1024}))


def _processor_time() -> float:
    return sum(used.ru_utime + used.ru_stime for used in _used())


def _used() -> list[resource.struct_rusage]:
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def _own_peak() -> int:
    """Return the most memory this process held, in KB; what `getrusage` says counts what its starter held as well."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text().partition("VmHWM:")[2].split()[0])
