"""Large exports of a job: made by a command beside the pages, one at a time, and how far it is."""

import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast

from rpa.console.own_process import start_beside
from rpa.desk import Desk
from rpa.logs import scrubbed

_WELL = (0, 5)
"""How the command ends when there is a file: whole, or a pack that says of itself what it lacks."""


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
            if self.last is not None and not self.last.is_over:
                return False
            making = self.last = Making(wanted, desk.clock.now())
        try:
            process = start_beside(desk, *wanted.arguments, typed=wanted.reason)
        except OSError:
            making.problem, making.is_over = "No process could be started for it", True
            return True
        threading.Thread(target=_follow, args=(process, making), name="record-export", daemon=True).start()
        return True


def _follow(process: "subprocess.Popen[str]", making: Making) -> None:
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
