"""SQLite under two workers: another holds its lock for long, or its disk is full for a while."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from rpa.clock import SystemClock
from rpa.states import EffectState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.root import need_root, run
from tests.acceptance.survival.running import wait_for
from tests.acceptance.survival.two import let_them_finish, start_two

pytestmark = pytest.mark.timeout(1200)

LEASE = 4
DISK_MEGABYTES = 64
LOCKED_SECONDS = 35
"""Longer than anybody waits for the lock before it is said to be held (30 s), and than a lease by far."""


@pytest.mark.slow
def test_lock_held_for_longer_than_anybody_waits_for_it_only_stalls_the_workers(
    open_office: Open, practice: Practice
) -> None:
    office, visits = open_office(lease_seconds=LEASE), practice.take(6)
    job_id = office.submit(visits)
    workers = start_two(office)
    office.await_effect(EffectState.INTENDED)

    with office.desk() as desk, desk.database.transaction():
        SystemClock().sleep(LOCKED_SECONDS)

    let_them_finish(office, workers)
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
def test_full_disk_only_stalls_the_workers(small_disk: Path, practice: Practice) -> None:
    office, visits = Office(small_disk, practice.clinic, lease_seconds=LEASE), practice.take(6)
    try:
        job_id = office.submit(visits, workflow="put_right_patiently")
        workers = start_two(office)
        office.await_effect(EffectState.INTENDED)

        with filled(small_disk):
            SystemClock().sleep(2 * LEASE)

        let_them_finish(office, workers)
        prove_all_done(office, job_id, visits)
    finally:
        office.close()


def test_disk_that_may_only_be_read_is_said_to_be_so_and_costs_no_item(small_disk: Path, practice: Practice) -> None:
    office, visits = Office(small_disk, practice.clinic), practice.take(2)
    try:
        job_id = office.submit(visits)
        run("mount", "-o", "remount,ro", str(small_disk))

        code = office.work()

        assert code == Exit.FAILED
        assert "(Read-only file system), expected a disk with room that may be written" in office.printed
        run("mount", "-o", "remount,rw", str(small_disk))
        assert office.work() == 0, office.printed
        prove_all_done(office, job_id, visits)
    finally:
        office.close()


def test_run_page_that_finds_no_room_is_written_when_there_is_some(office: Office, practice: Practice) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    in_the_way = office.folder / "runs"
    in_the_way.touch()
    worker = office.start(until_idle=False)
    office.await_end_of_work()
    wait_for(lambda: "a run page could not be written" in office.log)

    in_the_way.unlink()

    wait_for((in_the_way / f"job-{job_id}.html").is_file)
    assert worker.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own of a few megabytes."""
    need_root("mount")
    folder = tmp_path / "office"
    folder.mkdir()
    run("mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder))
    yield folder
    run("umount", "--lazy", str(folder))


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Take all the room that is left for the length of a block."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()
