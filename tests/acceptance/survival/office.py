"""An installation of its own for each test: submits visits as a job, starts workers, and reads what came of it."""

import csv
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from operator import attrgetter
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any
from uuid import uuid4

import psutil

from rpa.audit import Trail
from rpa.demo.clinic import Clinic
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, WorkItem
from rpa.queue import MAX_CRASHES
from rpa.settings import load_settings
from rpa.states import EffectState, ItemState
from tests.acceptance.survival.fates import FATES, PLACES
from tests.acceptance.survival.practice import Visit
from tests.acceptance.survival.running import RunningWorker, marked, wait_for
from tests.acceptance.survival.settings import write_settings

HEADINGS = {
    "nhs_number": "NHS number",
    "date_of_birth": "Date of birth",
    "phone": "Phone",
    "new_phone": "New phone",
    "ubrn": "UBRN",
    "starts_at": "Time",
    "new_time": "New time",
}
_OPEN = (ItemState.PENDING, ItemState.RUNNING)
_MARK = "SURVIVAL_OFFICE"


class Office:
    """A folder of data that knows the clinic, and the processes that work on it."""

    def __init__(self, folder: Path, clinic: Clinic, **settings: Any) -> None:
        self.folder = folder
        self.clinic = clinic
        self.before = clinic.snapshot()
        self.saves_before = len(clinic.writes())
        self.workers: list[RunningWorker] = []
        self._mark = uuid4().hex
        write_settings(folder, clinic, **settings)

    @property
    def printed(self) -> str:
        """What all workers have printed."""
        return "".join(one.printed.read_text(encoding="utf-8") for one in self.workers)

    @property
    def log(self) -> str:
        """What all processes have logged."""
        return "".join(one.read_text(encoding="utf-8") for one in (self.folder / "logs").glob("*"))

    def submit(self, visits: Sequence[Visit], *, workflow: str = "put_right") -> int:
        """Send a list of visits as a job."""
        return self.submit_files([self.write_list(visits)], workflow=workflow)

    def write_list(self, visits: Sequence[Visit]) -> Path:
        """Write a list of visits into a file that can be sent."""
        path = self.folder / "visits.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.DictWriter(file, HEADINGS.values())
            lines.writeheader()
            lines.writerows({HEADINGS[name]: asdict(one)[name] for name in HEADINGS} for one in visits)
        return path

    def submit_files(self, paths: Sequence[Path], *, workflow: str) -> int:
        """Send files as a job."""
        with self.desk() as desk:
            return desk.submit(workflow, [str(path) for path in paths], by=Actor(ActorKind.PERSON, "tester")).job.id

    def work(self, *, slots: int = 1) -> int:
        """Let a fresh worker do what is left, and return its exit code."""
        return self.start(slots=slots).wait()

    def work_fated(self, *fates: str, slots: int = 1) -> int:
        """Let a worker work whose processes have fates (see `fates`), and return its exit code."""
        return self.start(*fates, slots=slots).wait()

    def work_until(self, seconds: float, *, slots: int = 1) -> int:
        """Let a worker work and kill its supervisor after so long, unless it has ended; return its exit code."""
        worker = self.start(slots=slots)
        wait_for(lambda: self.has_signed_in or worker.has_ended)
        with suppress(TimeoutExpired):
            worker.process.wait(seconds)
        worker.process.kill()
        return worker.wait()

    def start(self, *fates: str, slots: int = 1, until_idle: bool = True, within: Sequence[str] = (),
              environment: dict[str, str] | None = None, module: str = "") -> RunningWorker:  # fmt: skip
        """Start a worker."""
        module = module or ("tests.acceptance.survival.dying" if fates else "rpa.cli")
        command = ["-m", module, "work", "--slots", str(slots), "--dir", str(self.folder)]
        command += ["--until-idle"] if until_idle else []
        places = self.places / f"worker-{len(self.workers)}"
        places.mkdir(parents=True)
        told = {_MARK: self._mark, FATES: " ".join(fates), PLACES: str(places), **(environment or {})}
        self.workers.append(RunningWorker(command, places / "printed", environment=told, within=within))
        return self.workers[-1]

    @property
    def has_signed_in(self) -> bool:
        """Whether a slot was ever let in; a first sign-in that is killed three times would rightly go to a person."""
        return "signed in to practice-pas" in self.log

    @property
    def places(self) -> Path:
        """Where processes with a fate say how far they came; beside the installation, not in it."""
        return self.folder.with_name(f"{self.folder.name}-places")

    def has_met(self, fate: str) -> bool:
        """Return whether a process of any worker has come to its fate."""
        return any(self.places.glob(f"*/met-{fate}"))

    def times_at(self, place: str) -> int:
        """Return how often the process of a fated slot that was there most often has been at a place."""
        return max((int(one.name.split("-")[1]) for one in self.places.glob(f"*/{place}-*")), default=0)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Look at what is in the installation."""
        opened = open_desk(load_settings(self.folder))
        try:
            yield opened
        finally:
            opened.close()

    def items(self, *states: ItemState) -> list[WorkItem]:
        """Return the items of all jobs in these states, those not ended if none is given."""
        with self.desk() as desk:
            jobs = [one.id for one in desk.views.jobs()]
            return [item for job_id in jobs for item in desk.views.items(job_id, states=states or _OPEN)]

    def effects(self, job_id: int) -> list[EffectState]:
        """Return how the writes of a job stand."""
        with self.desk() as desk:
            return [one.state for one in desk.views.effects(job_id)]

    def lost(self, job_id: int) -> list[str]:
        """Return what the record says of items that were taken from a worker, or given back, and of lost workers."""
        names = ("item.rescued", "item.deferred", "worker.lost")
        with self.desk() as desk:
            return [
                one.name for run in ("system", f"job-{job_id}") for one in Trail(desk.database).of_run(run, names=names)
            ]

    def may_be_killed(self) -> bool:
        """Return whether work is left and no item was hit twice: a third time it would rightly go to a person."""
        # What is still running was killed just now; the next worker counts it as one more crash.
        crashes = [one.crashes + (one.state == ItemState.RUNNING) for one in self.items()]
        return bool(crashes) and max(crashes) < MAX_CRASHES - 1

    def await_slots(self, number: int, *, unless: Callable[[], bool] = bool) -> None:
        """Wait until so many slots have said that they work, or `unless` is so."""
        with self.desk() as desk:
            wait_for(lambda: sum(one.slot is not None for one in desk.workers.at_work()) >= number or unless())

    def await_end_of_work(self) -> None:
        """Wait until no item waits or runs."""
        with self.desk() as desk:
            wait_for(lambda: desk.views.open_items() == 0)

    def retry_what_crashed(self) -> int:
        """Put back, as a person would, the items that were hit so often that they wait for one; return how many."""
        crashed = [one.id for one in self.items(ItemState.FAILED) if one.code == "CRASHES_WORKER"]
        with self.desk() as desk:
            return desk.queue.retry(crashed, by=Actor(ActorKind.PERSON, "tester"), why="the kills are over")

    def await_effect(self, state: EffectState) -> None:
        """Wait until a write stands so."""
        with self.desk() as desk:
            wait_for(lambda: any(state in map(_STATE, desk.views.effects(job.id)) for job in desk.views.jobs()))

    def processes(self) -> list[psutil.Process]:
        """Return what runs for this installation: workers, their drivers and browsers, orphans too."""
        return [one for one in psutil.process_iter() if marked(one, _MARK, self._mark)]

    def close(self) -> None:
        """End whatever still runs."""
        left = self.processes()
        for one in left:
            with suppress(psutil.Error):
                one.send_signal(signal.SIGKILL)
        psutil.wait_procs(left, timeout=60)
        for worker in self.workers:
            worker.close()


_STATE = attrgetter("state")
