"""From the start of the process to the first page, beside a bare app that draws the same page."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import rpa.console
from benchmarks.figures import Figure, at_most, in_turn
from tests.integration.cli.office import make_office

ROUNDS = 9
LIBRARIES = ("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "pydantic_settings", "cyclopts", "loguru",
             "tenacity", "orjson", "cryptography.fernet", "xlsxwriter", "psutil", "apscheduler.triggers.cron",
             "prometheus_client")  # fmt: skip
"""What the console can't be built without."""


def figures() -> Sequence[Figure]:
    """Measure both in turn."""
    with TemporaryDirectory() as folder, patch.dict(os.environ, PYTHONPYCACHEPREFIX=str(Path(folder) / "compiled")):
        # Compiled once, as an installer does, wherever this runs.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        data = make_office(Path(folder)).data
        ours = [sys.executable, "-m", "rpa.cli", "console", "--port", "0", "--with-parent", "--dir", str(data)]
        # As a file of its own: as a module of this package it would load all of ours before.
        bare = [sys.executable, str(Path(__file__).with_name("bare.py")), str(Path(rpa.console.__file__).parent)]
        loaded = [*bare, *LIBRARIES]
        for command in (ours, loaded):  # which makes the database and the folder too, once for all later starts
            first_page(command)
        found = in_turn({"console": lambda: first_page(ours), "bare": lambda: first_page(bare),
                         "with libraries": lambda: first_page(loaded)}, ROUNDS)  # fmt: skip
    what, spent = "Console, start to first page", {name: one * 1e3 for name, one in found.items()}
    return [
        Figure(what, spent["console"], "ms", "bare Starlette, the same page", spent["bare"],
               at_most(1.5, "at most 1.50 of it")),
        Figure(what, spent["console"], "ms", "bare, with the libraries loaded", spent["with libraries"]),
    ]  # fmt: skip


def first_page(command: Sequence[str]) -> float:
    """Return the seconds from the start of a process until the page that anybody sees first has come."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        # The socket listens already: the request waits in it until the server answers.
        with urllib.request.urlopen(f"{address}/sign-in") as answer:  # noqa: S310 - an address of our own
            assert b"Sign in" in answer.read()
        taken = time.perf_counter() - began
        process.kill()
    return taken
