"""Runs `rpa` with slots that come to one place of theirs (see `fates`), and stay there with all that they hold."""

import functools
import os
import sys
import threading
from pathlib import Path

import rpa.cli.working
import rpa.desk
from rpa.cli import main
from rpa.desk import Desk
from rpa.settings import Settings
from rpa.slot import open_for_slot
from rpa.supervisor import Supervisor
from rpa.workers import Identity
from tests.acceptance.survival.fates import FATES, PLACES, Fate, dying_database

MODULE = "tests.acceptance.survival.holding"


class Holding(Fate):
    """Stays where it was met; the other threads of the process live on."""

    def _meet(self) -> None:
        threading.Event().wait()


def open_holding(settings: Settings, me: Identity) -> Desk:
    """Open the installation in the process of a slot that will stay at its place."""
    place = Holding(os.environ[FATES], Path(os.environ[PLACES]))
    vars(rpa.desk)["Database"] = dying_database(place)
    return open_for_slot(settings, me)


if __name__ == "__main__":
    vars(rpa.cli.working)["Supervisor"] = functools.partial(Supervisor, opener=open_holding)
    main(sys.argv[1:])
