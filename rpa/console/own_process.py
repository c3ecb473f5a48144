"""Starts commands of our own beside the pages, on the same data: what takes minutes must not make them slow."""

import os
import subprocess
import sys

from rpa.desk import Desk


def start_beside(desk: Desk, *command: str, is_heard: bool = False) -> "subprocess.Popen[str]":
    """Start a command of `rpa` on the data of a desk; `is_heard`: whether what it prints is read.

    Raises:
        OSError: No process could be started.
    """
    given = {} if desk.settings.database_url is None else {"RPA_DATABASE_URL": desk.settings.database_url}
    output = subprocess.PIPE if is_heard else subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - our own module, and each value is one argument
        [sys.executable, "-m", "rpa.cli", *command, "--json", "--dir", str(desk.settings.dir)],
        stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **given}, text=True,
    )  # fmt: skip
