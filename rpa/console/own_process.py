"""Starts commands of our own beside the pages, on the same data: what takes minutes must not make them slow."""

import os
import subprocess
import sys
from contextlib import suppress

from rpa.desk import Desk


def start_beside(desk: Desk, *command: str, typed: str | None = None) -> "subprocess.Popen[str]":
    """Start a command of `rpa` on the data of a desk.

    `typed` is what somebody wrote, which it reads from its standard input: each account of a machine sees the command
    lines of all processes. If it is given, what the command prints can be read.

    Raises:
        OSError: No process could be started.
    """
    given = {} if desk.settings.database_url is None else {"RPA_DATABASE_URL": desk.settings.database_url}
    place = subprocess.DEVNULL if typed is None else subprocess.PIPE
    started = subprocess.Popen(  # noqa: S603 - our own module, and each value is one argument
        [sys.executable, "-m", "rpa.cli", *command, "--json", "--dir", str(desk.settings.dir)],
        stdin=place, stdout=place, stderr=place, env={**os.environ, **given, "PYTHONUTF8": "1"}, encoding="utf-8",
    )  # fmt: skip
    if started.stdin is not None:
        with suppress(BrokenPipeError), started.stdin as way:  # it may have ended already, and says why
            way.write(typed or "")
    return started
