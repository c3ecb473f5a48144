"""Large exports of a job: made by a command beside the pages, one at a time, and how far it is."""

import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from rpa.console.exports_noted import forget, note, noted
from rpa.console.own_process import start_beside
from rpa.desk import Desk
from rpa.logs import scrubbed

_WELL = (0, 5)
"""How the command ends when there is a file: whole, or a pack that says of itself what it lacks."""
_BROKEN_OFF = "It was broken off. Take it out again"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be taken out: how many entries it may be, by whom, and the command's own arguments."""

    sought: str
    entries: int
    by: str
    arguments: Sequence[str]
    reason: str = ""
    """Why, as it was typed."""


@dataclass(slots=True)
class Making:
    """An export that is made, or was the last that was."""

    wanted: Wanted
    since: datetime
    read: int = 0
    """Entries that were read; a pack is read twice."""
    is_over: bool = False
    problem: str = ""
    """What was wrong, if it could not be made."""


class ExportsBeside:
    """Makes one large export at a time; what comes of it is in the record and among the kept files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.last: Making | None = None

    def begin(self, desk: Desk, wanted: Wanted) -> bool:
        """Begin an export; False while another one is under way."""
        with self._lock:
            under_way = self.seen(desk)
            if under_way is not None and not under_way.is_over:
                return False
            making = self.last = Making(wanted, desk.clock.now())
        try:
            process = start_beside(desk, *wanted.arguments, typed=wanted.reason)
        except OSError:
            making.problem, making.is_over = "No process could be started for it", True
            return True
        note(desk.settings.dir, process.pid, sought=wanted.sought, entries=wanted.entries, by=wanted.by,
             since=making.since)  # fmt: skip
        args = (desk.settings.dir, process, making)
        threading.Thread(target=_follow, args=args, name="record-export", daemon=True).start()
        return True

    def seen(self, desk: Desk) -> Making | None:
        """Return the export that is under way or was the last, also one that a console began which was ended since."""
        told = noted(desk.settings.dir) if self.last is None else None
        if told is None:
            return self.last
        problem = "" if told.is_running or told.is_well else _BROKEN_OFF
        return Making(
            Wanted(told.sought, told.entries, told.by, ()), told.since, told.read, not told.is_running, problem
        )


def _follow(folder: Path, process: "subprocess.Popen[str]", making: Making) -> None:
    """Take notice of how far a command is, and of what was wrong if it did not end well."""
    try:
        with process:
            for line in cast(IO[str], process.stdout):
                if line.strip().isdigit():
                    making.read = int(line)
            said = scrubbed(cast(IO[str], process.stderr).read().strip().rpartition("\n")[2])
        if process.returncode not in _WELL:
            making.problem = said or "The command ended without a word"
    finally:
        making.is_over = True
        forget(folder)
