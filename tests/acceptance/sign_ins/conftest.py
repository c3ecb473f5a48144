"""An installation with a clinic of its own, whose workers sign in as they do in a trust."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rpa.cli import run
from rpa.demo.clinic import Clinic, SessionLimit
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, WorkItem
from rpa.settings import load_settings
from tests.acceptance.survival.running import RunningWorker

PROCEDURES = Path(__file__).with_name("procedures")


class Office:
    """A folder of data, the clinic it works in, and workers."""

    def __init__(self, folder: Path, clinic: Clinic, database_url: str) -> None:
        self.folder = folder
        self.clinic = clinic
        self.workers: list[RunningWorker] = []
        self._secrets = folder / "secrets"
        self._secrets.mkdir(mode=0o700)
        self._url = database_url
        self.configure()
        clinic.faults.set("slow", path="/sign-in", method="POST", seconds=0)

    def configure(self, *lines: str, credential: str = "clinic") -> None:
        """Write the settings, with these lines added to the system's."""
        told = [
            f"workflows = [{json.dumps(PROCEDURES.as_posix())}]",
            f"secrets_dir = {json.dumps(self._secrets.as_posix())}",
            f"database_url = {json.dumps(self._url)}",
            "lease_seconds = 30",
            "[browser]",
            "recycle_after = 3",
            "[systems.practice-pas]",
            f'address = "{self.clinic.address}"',
            f'credential = "{credential}"',
            *lines,
        ]
        (self.folder / "rpa.toml").write_text("\n".join(told) + "\n", encoding="utf-8")

    def keep(self, password: str, *further: str) -> None:
        """Keep another password for the clinic from now on."""
        path = self._secrets / "clinic"
        path.touch(mode=0o600)
        path.write_text("\n".join([self.clinic.username, password, *further]), encoding="utf-8")

    def submit(self, number: int, *, workflow: str = "look_up") -> None:
        """Send a list of so many patients as a job."""
        references = list(self.clinic.snapshot()["patient"])[:number]
        path = self.folder / "patients.csv"
        path.write_text("\n".join(["Patient", *references]) + "\n", encoding="utf-8")
        with self.desk() as desk:
            desk.submit(workflow, [str(path)], by=Actor(ActorKind.PERSON, "tester"))

    def start(self, *, slots: int = 2, until_idle: bool = True, more: Mapping[str, str] | None = None) -> RunningWorker:
        """Start a worker, with `more` in its environment."""
        command = ["-m", "rpa.cli", "work", "--slots", str(slots), "--dir", str(self.folder)]
        printed = self.folder.with_name(f"printed-{len(self.workers)}")
        command += ["--until-idle"] if until_idle else []
        self.workers.append(RunningWorker(command, printed, environment=more or {}))
        return self.workers[-1]

    def work(self, *, workers: int = 2) -> None:
        """Let workers of two slots each work at the same time until nothing is left that may be done."""
        started = [self.start() for _ in range(workers)]
        assert [one.wait() for one in started] == [0] * workers, self.printed

    def resume(self) -> None:
        """Put the clinic back in use."""
        assert run(["resume", "practice-pas", "--why", "corrected", "--dir", str(self.folder)]) == 0

    @property
    def tries(self) -> int:
        """How many sign-ins reached the clinic, by its own count."""
        return int(self.clinic.faults.counts()[0]["met"])

    @property
    def printed(self) -> str:
        """What all workers have printed."""
        return "".join(one.printed.read_text(encoding="utf-8") for one in self.workers)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Look at what is in the installation."""
        opened = open_desk(load_settings(self.folder))
        try:
            yield opened
        finally:
            opened.close()

    def items(self) -> list[WorkItem]:
        """Return the items of all jobs."""
        with self.desk() as desk:
            return [item for one in desk.views.jobs() for item in desk.views.items(one.id)]

    def outcomes(self) -> set[tuple[str, str | None]]:
        """Return states and codes or outcomes of all items."""
        return {(str(one.state), one.code or one.outcome) for one in self.items()}

    def close(self) -> None:
        """End whatever still runs."""
        for one in self.workers:
            if not one.has_ended:
                one.kill_all()
            one.close()


Open = Callable[..., Office]


@pytest.fixture
def open_office(database_url: str, tmp_path: Path) -> Iterator[Open]:
    """Open an installation with a clinic of its own: `open_office(second_factor=True)`."""
    made: list[Office] = []
    folder = tmp_path / "office"
    folder.mkdir()

    def opened(*, password: str = "", **options: Any) -> Office:
        clinic = Clinic(tmp_path / "clinic", **options)
        clinic.password = password or clinic.password
        clinic.start()
        made.append(Office(folder, clinic, database_url))
        return made[-1]

    yield opened
    for office in made:
        office.close()
        office.clinic.stop()


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office()


SHORT_SESSION = SessionLimit(requests=8)
