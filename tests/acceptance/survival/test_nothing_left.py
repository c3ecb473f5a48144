"""Whatever is killed, no temporary file of it is left: a machine that runs for months has only so much room."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import RunningWorker, wait_for

pytestmark = pytest.mark.timeout(1200)

HUNG = {"path": "/patients/*/contact/edit", "method": "GET", "times": 1}


@pytest.fixture
def temporary() -> Iterator[Path]:
    # Not pytest's own folder: in one whose path is long, a browser can't make the socket it needs.
    with TemporaryDirectory(prefix="rpa-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("end", [
    lambda worker: worker.send(signal.SIGKILL, worker.browsers()),
    lambda worker: worker.send(signal.SIGKILL, worker.slots()),
    RunningWorker.kill,
    RunningWorker.kill_all,
], ids=["browser", "slot", "supervisor", "worker"])  # fmt: skip
def test_temporary_files_of_what_was_killed_are_removed(
    office: Office, practice: Practice, temporary: Path, end: Callable[[RunningWorker], object]
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_before", **HUNG)
    worker = office.start(environment={"TMPDIR": str(temporary)})
    wait_for(lambda: practice.happened("hung_before"))
    assert list(temporary.rglob("Singleton*")), "the browser has its lock there"

    end(worker)
    worker.wait()

    assert office.start(environment={"TMPDIR": str(temporary)}).wait() == 0, office.printed
    assert not list(temporary.iterdir())
    prove_all_done(office, job_id, visits)
