"""What is noted of a large export in the folder of data, so that a console that starts anew knows how far it is."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from rpa.exports.counted import COUNT, WELL

_NOTE = "export-beside.json"


@dataclass(frozen=True, slots=True)
class Noted:
    """An export that a console has begun; none of it tells of a patient."""

    sought: str
    entries: int
    by: str
    since: datetime
    read: int
    is_running: bool
    is_well: bool
    """Whether it has come to its end with a file."""


def note(folder: Path, pid: int, *, sought: str, entries: int, by: str, since: datetime) -> None:
    """Note what a process is making."""
    with suppress(OSError, psutil.Error):  # a full disk, or it has ended already: then a console knows less, no more
        (folder / COUNT).unlink(missing_ok=True)
        began = psutil.Process(pid).create_time()
        told = {"pid": pid, "began": began, "sought": sought, "entries": entries, "by": by, "since": since.isoformat()}
        (folder / _NOTE).write_text(json.dumps(told), encoding="utf-8")


def forget(folder: Path) -> None:
    """Forget it: whoever waits for its end has seen it."""
    with suppress(OSError):
        (folder / _NOTE).unlink(missing_ok=True)
        (folder / COUNT).unlink(missing_ok=True)


def noted(folder: Path) -> Noted | None:
    """Return what a console noted that did not see the end of it; None if there is nothing."""
    try:
        told = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(told["since"])
        read, _, end = _count(folder).partition(" ")
        running = _is_running(told["pid"], told["began"])
        return Noted(told["sought"], told["entries"], told["by"], since, int(read or 0), running, end == WELL)
    except (OSError, ValueError, KeyError, TypeError):  # none, or half of one
        return None


def _count(folder: Path) -> str:
    try:
        return (folder / COUNT).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _is_running(pid: int, began: float) -> bool:
    try:
        one = psutil.Process(pid)
        return one.create_time() == began and one.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
