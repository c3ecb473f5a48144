"""What a task does in the benchmarks: notes when it began, or has one effect that can be counted."""

import os
import struct
import time
from pathlib import Path

_MARKS, _EFFECTS = "BENCH_MARKS", "BENCH_EFFECTS"
_BEFORE, _AFTER = 0.05, 0.05
"""Seconds around an effect: a kill at random hits before it, after it, or between two items."""
_files: dict[int, int] = {}


def mark() -> None:
    """Note the monotonic time, the same for all processes of a machine, in a file of this process."""
    me = os.getpid()
    if me not in _files:
        _files[me] = os.open(Path(os.environ[_MARKS]) / str(me), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(_files[me], struct.pack("d", time.monotonic()))


def wait_before() -> None:
    """Take the time that comes before the effect."""
    mark()
    time.sleep(_BEFORE)


def have_effect(number: str) -> None:
    """Have the one effect of a task, at once and whole."""
    file = os.open(os.environ[_EFFECTS], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, f"{number}\n".encode())
    os.close(file)


def had_effect(number: str) -> bool:
    """Look whether the effect of a task has been had."""
    path = Path(os.environ[_EFFECTS])
    return path.exists() and number in path.read_text(encoding="ascii").split()


def wait_after() -> None:
    """Take the time that comes after the effect."""
    time.sleep(_AFTER)


def effect(number: str) -> None:
    """Take some time, have the effect, take some time: what a task of a peer does."""
    wait_before()
    have_effect(number)
    wait_after()
