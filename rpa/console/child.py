"""The console as a process of its own beside a worker, which starts it and ends it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from loguru import logger

from rpa.console.server import Served
from rpa.exceptions import RpaError

_ENDS_WITHIN = 10.0


@contextmanager
def console_beside(folder: Path, port: int | None) -> Iterator[Served]:
    """Start the console on the folder of data, yield where it is, and end it.

    Raises:
        RpaError: It could not start; it has said why.
    """
    command = [sys.executable, "-m", "rpa.cli", "console", "--with-parent", "--dir", str(folder)]
    command += [] if port is None else ["--port", str(port)]
    # A group of its own: Ctrl+C is meant for the worker, which ends in good order and then ends the console.
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    process = subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, creationflags=flags
    )
    try:
        line = cast(IO[bytes], process.stdout).readline()
        if not line.strip():
            raise RpaError(f"the console ended with code {process.wait()} before it listened: see above")
        watching = threading.Thread(target=_tell_end, args=(process,), name="console-watch", daemon=True)
        watching.start()
        yield Served(**json.loads(line))
    finally:
        _end(process)


def _tell_end(process: "subprocess.Popen[bytes]") -> None:
    """Say it when the console ends although nobody told it to: the worker goes on without it."""
    code = process.wait()
    if not cast(IO[bytes], process.stdin).closed:
        logger.error("the console ended with code {}", code)
        print("The console has ended; the work goes on. Start it again with `rpa console`.", file=sys.stderr)


def _end(process: "subprocess.Popen[bytes]") -> None:
    cast(IO[bytes], process.stdin).close()  # which is how it learns that nobody wants it any more
    try:
        process.wait(timeout=_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast(IO[bytes], process.stdout).close()
