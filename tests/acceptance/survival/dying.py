"""Runs `rpa` as it is, with the fates of the environment (see `fates`) in its supervisor and its slots."""

import functools
import os
import sys
from pathlib import Path

import rpa.cli.working
import rpa.desk
from rpa.cli import main
from rpa.supervisor import Supervisor
from tests.acceptance.survival.fates import FATES, PLACES, Fate, dying_database, open_fated

if __name__ == "__main__":
    mine = [one for one in os.environ[FATES].split() if one.startswith("supervisor@")]
    if mine:
        vars(rpa.desk)["Database"] = dying_database(Fate(mine[0], Path(os.environ[PLACES])))
    vars(rpa.cli.working)["Supervisor"] = functools.partial(Supervisor, opener=open_fated)
    main(sys.argv[1:])
