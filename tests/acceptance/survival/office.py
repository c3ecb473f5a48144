"""An installation of its own for each test: submits visits as a job, runs workers as processes, and reads what came."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import psutil

from rpa.demo.clinic import Clinic
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind
from rpa.queue import MAX_CRASHES
from rpa.settings import load_settings
from rpa.states import ItemState
from tests.acceptance.survival.practice import Visit

ROOT = Path(__file__).parents[3]
PROCEDURES = Path(__file__).with_name("procedures")
KILLED = -signal.SIGKILL
HEADINGS = {
    "nhs_number": "NHS number",
    "date_of_birth": "Date of birth",
    "phone": "Phone",
    "new_phone": "New phone",
    "ubrn": "UBRN",
    "starts_at": "Time",
    "new_time": "New time",
}
_MARK = "SURVIVAL_OFFICE"
_LIMIT = 250


class Office:
    """A folder of data that knows the clinic, and the processes that work on it."""

    def __init__(self, folder: Path, clinic: Clinic, *, browser_seconds: float = 15, lease_seconds: float = 60,
                 workflows: str = PROCEDURES.as_posix()) -> None:  # fmt: skip
        self.folder = folder
        self.clinic = clinic
        self.before = clinic.snapshot()
        self.saves_before = len(clinic.writes())
        self.printed: list[str] = []
        self._mark = uuid4().hex
        self._write_settings(workflows=workflows, lease_seconds=lease_seconds, browser_seconds=browser_seconds)

    def submit(self, visits: Sequence[Visit], *, workflow: str = "put_right") -> int:
        """Send a list of visits as a job."""
        path = self.folder / "visits.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.DictWriter(file, HEADINGS.values())
            lines.writeheader()
            lines.writerows({HEADINGS[name]: asdict(one)[name] for name in HEADINGS} for one in visits)
        return self.submit_files([path], workflow=workflow)

    def submit_files(self, paths: Sequence[Path], *, workflow: str) -> int:
        """Send files as a job."""
        with self.desk() as desk:
            return desk.submit(workflow, [str(path) for path in paths], by=Actor(ActorKind.PERSON, "tester")).job.id

    def work(self) -> int:
        """Let a fresh worker do what is left, and return its exit code."""
        return self.wait(self.start())

    def work_until_killed(self, place: str) -> int:
        """Let a worker work that dies at `place` (see `dying`), and return its exit code."""
        return self.wait(self.start_fated(place))

    def start_fated(self, place: str) -> "subprocess.Popen[str]":
        """Start a worker with a fate (see `dying`)."""
        module = "tests.acceptance.survival.dying"
        return self._start("-m", module, place, str(self.folder / "commits"), *self._arguments())

    def work_until(self, seconds: float) -> int:
        """Let a worker work and kill it after so long, unless it has ended by then; return its exit code."""
        worker = self.start()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(seconds)
        worker.kill()
        return self.wait(worker)

    def commits(self) -> int:
        """Return how many commits the last worker of `work_until_killed` made."""
        return int((self.folder / "commits").read_text(encoding="utf-8"))

    def start(self) -> "subprocess.Popen[str]":
        """Start a worker in a process group of its own."""
        return self._start("-m", "rpa.cli", *self._arguments())

    def wait(self, worker: "subprocess.Popen[str]") -> int:
        """Wait for a worker's end, keep what it printed, and return its exit code."""
        try:
            self.printed += worker.communicate(timeout=_LIMIT)
        except subprocess.TimeoutExpired:
            worker.kill()
            self.printed += worker.communicate()
            raise
        return worker.returncode

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Look at what is in the installation."""
        opened = open_desk(load_settings(self.folder))
        try:
            yield opened
        finally:
            opened.close()

    def may_be_killed(self, job_id: int) -> bool:
        """Return whether work is left and no item was hit twice: a third time it would rightly go to a person."""
        with self.desk() as desk:
            items = desk.views.items(job_id, states=(ItemState.PENDING, ItemState.RUNNING))
        # What is still running was killed just now; the next worker counts it as one more crash.
        crashes = [one.crashes + (one.state == ItemState.RUNNING) for one in items]
        return bool(crashes) and max(crashes) < MAX_CRASHES - 1

    def processes(self) -> list[psutil.Process]:
        """Return what runs for this installation: workers, their drivers and browsers, orphans too."""
        return [one for one in psutil.process_iter() if _environment(one).get(_MARK) == self._mark]

    def close(self) -> None:
        """End whatever still runs."""
        left = self.processes()
        for one in left:
            with suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(left, timeout=10)

    def _arguments(self) -> list[str]:
        return ["work", "--until-idle", "--dir", str(self.folder)]

    def _start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, _MARK: self._mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _write_settings(self, *, workflows: str, lease_seconds: float, browser_seconds: float) -> None:
        secrets = self.folder / "secrets"
        secrets.mkdir(mode=0o700)
        secret = secrets / "practice-pas"
        secret.touch(mode=0o600)
        secret.write_text(f"{self.clinic.username}\n{self.clinic.password}\n", encoding="utf-8")
        lines = [
            f"workflows = [{json.dumps(workflows)}]",
            f"secrets_dir = {json.dumps(secrets.as_posix())}",
            f"lease_seconds = {lease_seconds}",
            "[browser]",
            f"timeout = {browser_seconds}",
            "[systems.practice-pas]",
            f'address = "{self.clinic.address}"',
            'credential = "practice-pas"',
            "settle = 0.5",
        ]
        (self.folder / "rpa.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
