"""The files of the log: each process writes to one of its own, a new one each day, and nobody ever renames any.

So any number of processes on any number of machines may share the folder: there is nothing to lock, and on Windows no
file stands in the way of another.
"""

import math
import os
import re
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from rpa.logs.lines import fields_of, written

if TYPE_CHECKING:
    from loguru import Message

_ENDINGS = (".jsonl", ".log")


class LogFile:
    """Where one start of a process writes, for loguru: `2026-11-26-HOST-slot-2-PID-TOKEN.jsonl` and so on each day.

    It is made with the first line of a day, so a command that says nothing leaves nothing. A line is one write to the
    end of the file: whoever reads meanwhile, or after a crash, sees whole lines and at most one that isn't.
    """

    def __init__(self, folder: Path, *, slot: int | None = None) -> None:
        host = re.sub(r"[^A-Za-z0-9]+", "-", socket.gethostname()) or "host"
        part = "main" if slot is None else f"slot-{slot}"
        self._folder = folder
        # A process id is used again, and two starts of a process may have the same.
        self._name = f"{host}-{part}-{os.getpid()}-{uuid4().hex[:12]}.jsonl"
        self._day = ""
        self._file: int | None = None

    def write(self, message: "Message") -> None:
        """Write a line; a full disk, or something bound that no JSON can hold, costs the line and never the work."""
        try:
            line = fields_of(message.record)
            if line["at"][:10] != self._day:
                self._open(line["at"][:10])
            if self._file is not None:
                os.write(self._file, written(line))
        except OSError:
            self.stop()
        except (TypeError, ValueError):  # loguru would print whole what can't be written as JSON
            return

    def stop(self) -> None:
        """Close the file; the next line opens it again."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._day = None, ""

    def _open(self, day: str) -> None:
        self.stop()
        self._folder.mkdir(parents=True, exist_ok=True)
        how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = os.open(self._folder / f"{day}-{self._name}", how, 0o640)
        self._day = day


def log_files(folder: Path) -> list[Path]:
    """Return the files of the log, oldest day first."""
    return sorted(one for one in folder.glob("*") if one.suffix in _ENDINGS)


def old_files(folder: Path, *, now: datetime, days: int) -> list[Path]:
    """Return the files whose last line is older than so many days."""
    before = (now - timedelta(days=days)).timestamp()
    return [one for one in log_files(folder) if _written_at(one) < before]


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another worker was faster
        return math.inf


def remove_old_files(folder: Path, *, now: datetime, days: int) -> int:
    """Delete them and return how many there were; one that somebody reads on Windows goes the next time."""
    removed = 0
    for one in old_files(folder, now=now, days=days):
        try:
            one.unlink()
        except OSError:
            continue
        removed += 1
    return removed
