"""A worker that was started as a process: its supervisor, its slots, their browsers, and what can be done to them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from io import BufferedReader
from pathlib import Path
from typing import cast
from uuid import uuid4

import psutil

from rpa.clock import SystemClock

ROOT = Path(__file__).parents[3]
KILLED = -signal.SIGKILL
_MARK = "SURVIVAL_START"
LIMIT = timedelta(seconds=400)
"""Far more than anything here takes on a machine that many share: whoever waits so long waits for ever."""


def wait_for(condition: Callable[[], object], *, limit: timedelta = LIMIT) -> None:
    """Wait until something is so."""
    clock = SystemClock()
    give_up = clock.monotonic() + limit.total_seconds()
    while not condition():
        assert clock.monotonic() < give_up, "what was waited for did not come"
        clock.sleep(0.05)


class RunningWorker:
    """One start of `rpa work`: `command` are its module and arguments, `within` what they are started by."""

    def __init__(self, command: Sequence[str], printed: Path, *, environment: Mapping[str, str],
                 within: Sequence[str] = ()) -> None:  # fmt: skip
        self.printed = printed
        self._mark = uuid4().hex
        printed.touch()
        self.process = subprocess.Popen(
            [*within, sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment, _MARK: self._mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # no file: what is printed has room also where the disk is full
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._keep_what_is_printed, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self) -> int:
        """Wait until it has ended with all that it started, and return the exit code of its supervisor."""
        wait_for(lambda: self.has_ended)
        wait_for(lambda: not self.everything())
        wait_for(lambda: not self._reader.is_alive())
        return self.process.returncode

    def close(self) -> None:
        """Take leave of it once everything of it was killed."""
        self.process.wait(timeout=60)
        self._reader.join(timeout=60)

    def supervisor(self) -> list[psutil.Process]:
        """Return its first process, unless that has ended."""
        return [] if self.has_ended else [psutil.Process(self.pid)]

    def slots(self) -> list[psutil.Process]:
        """Return its slots."""
        return [one for one in _children(self.pid) if any("spawn_main" in word for word in _command(one))]

    def browsers(self) -> list[psutil.Process]:
        """Return the main process of each slot's browser."""
        return [one for one in self.everything() if _is_browser(one) and not _kind(one)]

    def renderers(self) -> list[psutil.Process]:
        """Return the processes that draw its pages."""
        found = [one for slot in self.slots() for one in _children(slot.pid, recursive=True)]
        return [one for one in found if _kind(one) == "renderer"]

    def everything(self) -> list[psutil.Process]:
        """Return whatever it started and itself, orphans too, as far as it does something."""
        return [one for one in psutil.process_iter() if marked(one, _MARK, self._mark)]

    def send(self, number: signal.Signals, processes: Sequence[psutil.Process] | None = None) -> None:
        """Send a signal to some of its processes, to all of them if not said which; the supervisor comes first."""
        chosen = self.everything() if processes is None else processes
        for one in sorted(chosen, key=lambda one: one.pid != self.pid):
            with suppress(psutil.Error):
                one.send_signal(number)

    def kill(self) -> None:
        """End its supervisor, and nothing else."""
        self.process.kill()
        self.process.wait()

    def kill_all(self) -> None:
        """End all of it at once."""
        self.send(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Tell it to end in good order."""
        self.process.terminate()
        return self.wait()

    def make_room(self) -> None:
        """Let its files grow again (see the fate `full`)."""
        for one in self.everything():
            with suppress(psutil.Error):
                one.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    def _keep_what_is_printed(self) -> None:
        with cast(BufferedReader, self.process.stdout) as said, self.printed.open("wb", buffering=0) as file:
            while text := said.read1():
                file.write(text)


def lives(process: psutil.Process) -> bool:
    """Return whether a process has not ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def marked(process: psutil.Process, name: str, mark: str) -> bool:
    """Return whether a process was started with that variable in its environment, and has not ended."""
    try:
        return process.environ().get(name) == mark and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def _is_browser(process: psutil.Process) -> bool:
    return any("--rpa-browser=" in word for word in _command(process))


def _kind(process: psutil.Process) -> str:
    kinds = [word for word in _command(process) if word.startswith("--type=")]
    return kinds[0].removeprefix("--type=") if kinds else ""


def _children(pid: int, *, recursive: bool = False) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=recursive)
    except psutil.Error:
        return []


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
