"""Runs `rpa` by a wall clock that a test sets while it runs; seconds pass as ever, as on a machine whose clock is set.

Not by libfaketime, which moves what Python sleeps by as well.
"""

import functools
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import rpa.cli.working
import rpa.desk
from rpa.cli import main
from rpa.clock import SystemClock
from rpa.desk import Desk, open_desk
from rpa.settings import Settings
from rpa.supervisor import Supervisor
from rpa.workers import Identity

MODULE = "tests.acceptance.survival.jumping"
AHEAD = "SURVIVAL_CLOCK"
"""Variable with the file that says by how many seconds the clock is ahead."""


class JumpingClock(SystemClock):
    """The machine's clock, ahead by what stands in the file at each look."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(Path(os.environ[AHEAD]).read_text(encoding="ascii")))


def open_jumping(settings: Settings, me: Identity) -> Desk:
    """Open the installation in the process of a slot."""
    return open_desk(settings, JumpingClock(), me=me)


if __name__ == "__main__":
    vars(rpa.desk)["SystemClock"] = JumpingClock
    vars(rpa.cli.working)["Supervisor"] = functools.partial(Supervisor, opener=open_jumping)
    main(sys.argv[1:])
