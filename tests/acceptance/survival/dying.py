"""Runs `rpa` as it is, in a process that kills itself at one exact place: before or after a commit, or a write.

`python -m tests.acceptance.survival.dying PLACE COUNTED rpa-arguments…`, where PLACE is `before:7`, `after:7`
(the seventh durable commit of the process), `written:2` (the second form that was sent) or `never`. With `full:7` it
lives on, but from that commit on no file can grow, as on a full disk; with `asleep:2` it stops before the second form
is sent, until it is woken. The number of commits that the process made is kept in the file COUNTED.
"""

import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

import rpa.desk
from rpa.bots import PracticePas
from rpa.bots.practice_pas.screens import Form
from rpa.cli import main
from rpa.db import Database


class Fate:
    """Counts what happens in this process, and ends it as nothing but a power cut could."""

    def __init__(self, place: str, counted: Path) -> None:
        self._place, _, number = place.partition(":")
        self._number = int(number or 0)
        self._counted = counted
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def at(self, place: str) -> None:
        with self._lock:
            self._counts[place] = self._counts.get(place, 0) + 1
            if place == "after" and self._place != "full":
                self._counted.write_text(str(self._counts[place]), encoding="utf-8")
            if (place, self._counts[place]) == (self._place, self._number):
                os.kill(os.getpid(), signal.SIGSTOP if place == "asleep" else signal.SIGKILL)
            if (place, self._place, self._counts[place]) == ("before", "full", self._number):
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def dying_database(fate: Fate) -> type[Database]:
    """Return the database with `fate` at both sides of every commit."""

    class DyingDatabase(Database):
        @contextmanager
        def transaction(self) -> Iterator[Connection]:
            with super().transaction() as connection:
                yield connection
                fate.at("before")
            fate.at("after")

    return DyingDatabase


def dying_writes(fate: Fate) -> Any:
    """Return the sending of a form with `fate` at both sides: it is filled in; it was answered and is not read back."""
    send = PracticePas._send

    def dying(pas: PracticePas, form: Form) -> None:
        fate.at("asleep")
        send(pas, form)
        fate.at("written")

    return dying


if __name__ == "__main__":
    chosen = Fate(sys.argv[1], Path(sys.argv[2]))
    vars(rpa.desk)["Database"] = dying_database(chosen)
    PracticePas._send = dying_writes(chosen)  # type: ignore[method-assign]
    main(sys.argv[3:])
