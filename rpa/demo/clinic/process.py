"""Starts a practice clinic in a process of its own and lends its address, its faults and its database."""

import json
import secrets
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from rpa.clock import Clock, SystemClock
from rpa.demo.clinic.control import FaultSwitch
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.sessions import SessionLimit, new_codes
from rpa.demo.clinic.skins import Skin
from rpa.demo.clinic.snapshot import AuditRow, Snapshot, take, writes
from rpa.exceptions import RpaError

STOP_SECONDS = 5.0


class Clinic:
    """A running clinic: `with Clinic(folder) as clinic: clinic.address`.

    The folder keeps its database (`clinic.sqlite`), which is filled for today if there is none yet. The process
    ends with the block, and by itself if this process dies; with `idle_seconds` it outlives this process and ends
    after so long without a request. `password` is that of the account `bot`; with `second_factor` the clinic asks for a
    one-time code too, and `totp` is its secret.
    """

    username = "bot"

    def __init__(
        self,
        folder: Path,
        *,
        skin: str = Skin.MODERN,
        seed: int = 1,
        clock: Clock | None = None,
        session: SessionLimit | None = None,
        idle_seconds: float | None = None,
        second_factor: bool = False,
    ) -> None:
        self.database = folder / "clinic.sqlite"
        self.password = secrets.token_urlsafe(12)
        self.totp = new_codes() if second_factor else None
        self.control_token = secrets.token_urlsafe()
        self.skin = Skin(skin)
        self._seed = seed
        self._clock = clock or SystemClock()
        self._session = session or SessionLimit()
        self._idle_seconds = idle_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Fill the database if it is new, start the process and wait for its address."""
        if not self.database.exists():
            self.database.parent.mkdir(parents=True, exist_ok=True)
            seed(self.database, random_seed=self._seed, today=self._clock.now().date())
        self._process = self._started()
        self.address = _first_line(self._process)
        self.faults = FaultSwitch(self.address, self.control_token)

    def keep_sign_in(self, folder: Path, name: str) -> None:
        """Write the sign-in of the account `bot` where secrets are read from, for its owner's eyes alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(f"{self.username}\n{self.password}\n", encoding="utf-8")

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process else None

    def let_go(self) -> None:
        """Leave the process running when this block ends."""
        self._process = None

    def stop(self) -> None:
        """End the process; its database stays."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def snapshot(self) -> Snapshot:
        """Read what the database holds now: table → key → field → value."""
        return take(self.database)

    def writes(self) -> list[AuditRow]:
        """Return every row of the clinic's own audit, oldest first."""
        return writes(self.database)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "rpa.demo.clinic", "--secrets-from-parent"]
        command += ["--database", str(self.database), "--skin", self.skin, "--port", "0"]
        command += ["--session-seconds", str(self._session.seconds)]
        if self._session.requests is not None:
            command += ["--session-requests", str(self._session.requests)]
        outlives = self._idle_seconds is not None
        if outlives:
            command += ["--idle-seconds", str(self._idle_seconds)]
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What outlives this process must hold nothing of it open, or whoever reads our output waits for it too.
            stderr=subprocess.DEVNULL if outlives else None,
            # Ctrl+C is meant for whoever works with it; it ends with the pipe.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        given = {"password": self.password, "token": self.control_token, "totp": self.totp}
        # The pipe stays open: its end is how the clinic learns that this process is gone.
        cast(IO[bytes], process.stdin).write(json.dumps(given).encode() + b"\n")
        cast(IO[bytes], process.stdin).flush()
        return process


def _first_line(process: subprocess.Popen[bytes]) -> str:
    line = cast(IO[bytes], process.stdout).readline().decode().strip()
    if not line:
        raise RpaError(f"the practice clinic ended with code {process.wait()} before it had an address: see above")
    return line
