"""A worker may be killed at any moment: the file becomes one job, it is answered, and nothing is lost."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event

from rpa.desk import Desk
from rpa.inbox import Inbox
from tests.integration.inbox.conftest import DropFolder, Make
from tests.integration.inbox.workbooks import lines

ROOT = Path(__file__).parents[3]
_MOVES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.copyfile", "shutil.move"}


class Killed(BaseException):
    """Ends a worker where it stands."""


class Kill:
    """Counts what a worker does to files and to the database, and ends it before the n-th."""

    def __init__(self) -> None:
        self.at = self.count = 0
        self.folders: tuple[str, ...] = ()
        sys.addaudithook(self._heard)

    @contextmanager
    def before(self, at: int, *folders: Path) -> Iterator[None]:
        self.at, self.count = at, 0
        with self.listening(*folders):
            yield

    @contextmanager
    def listening(self, *folders: Path) -> Iterator[None]:
        self.folders = tuple(map(str, folders))
        event.listen(Engine, "commit", self._commit)
        try:
            yield
        finally:
            event.remove(Engine, "commit", self._commit)
            self.folders = ()

    def _heard(self, name: str, given: tuple[Any, ...]) -> None:
        if not self.folders:
            return
        writes = name == "open" and isinstance(given[1], str) and any(one in given[1] for one in "wxa+")
        if (writes or name in _MOVES) and str(given[0]).startswith(self.folders):
            self._step()

    def _commit(self, connection: object) -> None:
        self._step()

    def _step(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise Killed


_kill = Kill()


def until_killed(drop: DropFolder, at: int) -> bool:
    """Let a worker take, do and answer what lies there; return whether it was killed before it was done."""
    worker = drop.worker()
    drop.pass_by(worker, seconds=2)  # what lies there is known; a later look takes it
    try:
        with _kill.before(at, drop.inbox, drop.outbox):
            drop.pass_by(worker, seconds=10)
        drop.work()
        with _kill.listening(drop.inbox, drop.outbox):
            drop.pass_by(worker, seconds=4)
    except Killed:
        forget(drop.desks[-1])
        return True
    return False


def forget(desk: Desk) -> None:
    """Leave the database as a process that died does: in the middle of whatever it was."""
    connection = getattr(desk.database._thread, "connection", None)
    if connection is not None:
        connection.invalidate()
        connection.close()
    desk.close()


def recovered(drop: DropFolder) -> None:
    """Let another worker find what the first left."""
    worker = drop.worker()
    drop.pass_by(worker, seconds=330, every=10)  # a hold lasts five minutes
    drop.work()
    drop.pass_by(worker, seconds=330, every=10)


@pytest.mark.parametrize("what", ["workbook", "folder", "refused", "again"])
def test_killed_before_any_step_a_hand_in_is_one_job_and_one_answer(make: Make, tmp_path: Path, what: str) -> None:
    at, killed = 0, True
    drop = make(settle=2)
    drop.desk()  # looks on, and is never killed
    while killed:
        at += 1
        before = len(drop.jobs)
        content = hand_in(drop, at, what)

        killed = until_killed(drop, at)
        recovered(drop)

        assert drop.left == [], at
        new = [one for one in drop.arrivals if one.returned_at is None]
        assert (new, len(drop.arrivals)) == ([], at), at
        assert len(drop.jobs) - before == (what != "refused"), at
        check_answer(drop, at, what, content)
        for desk in drop.desks[1:]:
            desk.close()
        del drop.desks[1:]
    assert at > 8


def hand_in(drop: DropFolder, number: int, what: str) -> bytes:
    """Put something new into the drop folder."""
    if what == "folder":
        for name, others in (("ers", 0), ("pas", 1000)):
            sent = drop.drop(lines(drop.office.folder / f"{name}.csv", number, others), to=f"compare/day{number}")
        return sent.read_bytes()
    sent = drop.office.folder / f"list{number}.csv"
    heading = "Wrong" if what == "refused" else "NHS number,Fate,Priority"
    # A row that can't be read needs no work, and makes each file another one.
    sent.write_text(f"{heading}\n1234567890,ready,row {number}\n", encoding="utf-8")
    drop.drop(sent, to="tidy/again" if what == "again" else "tidy")
    return sent.read_bytes()


def check_answer(drop: DropFolder, number: int, what: str, content: bytes) -> None:
    """The answer to a hand-in is there once, and what was sent is kept or came back."""
    new = [name for name in drop.answers if f"list{number}." in name or f"list{number} " in name or
           f"day{number} " in name]  # fmt: skip
    if what == "refused":
        assert new == [f"tidy/list{number}.csv", f"tidy/list{number}.csv - refused.txt"]
        assert (drop.outbox / new[0]).read_bytes() == content
        return
    assert len(new) == 1
    assert f"job {drop.jobs[-1].id}.xlsx" in new[0]
    kept = [one for one in drop.desks[0].evidence.of_job(drop.jobs[-1].id) if one.kind == "input"]
    assert content in [drop.desks[0].evidence.read(one.digest) for one in kept]
    assert len(kept) == (2 if what == "folder" else 1)


def test_answer_that_was_written_and_not_noted_is_not_written_twice(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("ready"))
    drop.pass_by(inbox, seconds=10)
    drop.work()
    drop.pass_by(inbox, seconds=4)
    with drop.desks[0].database.transaction() as connection:
        connection.exec_driver_sql("UPDATE arrival SET returned_at = NULL, held_until = 0")

    drop.pass_by(drop.worker(), seconds=4)

    assert drop.answers == ["tidy/list - job 1.xlsx"]
    assert drop.arrivals[0].returned_at is not None


def test_stale_worker_cannot_make_a_second_job(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("ready"))
    other = drop.worker()
    drop.pass_by(inbox, seconds=6)
    submit = type(drop.desks[0]).submit

    class Stopped:
        """A desk whose process is stopped just before it submits, and goes on ten minutes later."""

        def __init__(self, desk: Any) -> None:
            self.desk = desk

        def __getattr__(self, name: str) -> Any:
            return getattr(self.desk, name)

        def submit(self, *given: Any, **named: Any) -> Any:
            drop.pass_by(other, seconds=600, every=30)
            return submit(self.desk, *given, **named | {"again": True})

    inbox._desk = Stopped(drop.desks[0])  # type: ignore[assignment]
    inbox.tick()

    assert len(drop.jobs) == 1
    assert [one.job_id for one in drop.arrivals] == [1]


def test_file_that_ends_the_worker_each_time_comes_back(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.office.list("ready")
    drop.drop(sent)
    drop.pass_by(inbox, seconds=5)

    class Deadly:
        def __init__(self, desk: Any) -> None:
            self.desk = desk

        def __getattr__(self, name: str) -> Any:
            return getattr(self.desk, name)

        def submit(self, *given: Any, **named: Any) -> Any:
            raise Killed

    inbox._desk = Deadly(drop.desks[0])  # type: ignore[assignment]
    for _ in range(40):
        with suppress(Killed):
            inbox.tick()
        drop.clock.pass_by(minutes=1)

    assert drop.answers == ["tidy/list.csv", "tidy/list.csv - refused.txt"]
    assert "something went wrong on our side" in drop.note("tidy/list.csv - refused.txt")
    assert (drop.outbox / "tidy" / "list.csv").read_bytes() == sent.read_bytes()


def test_full_disk_is_waited_out_however_long(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("ready"))
    evidence = drop.office.data / "evidence"
    inbox.tick()
    evidence.write_text("in the way", encoding="utf-8")  # nothing can be kept

    for _ in range(60):
        with suppress(OSError):
            inbox.tick()
        drop.clock.pass_by(minutes=1)
    meanwhile = (list(drop.jobs), drop.answers if drop.outbox.exists() else [])
    evidence.unlink()
    drop.pass_by(inbox, seconds=70)

    assert (meanwhile, len(drop.jobs)) == (([], []), 1)


def test_what_was_written_after_it_was_read_comes_back(drop: DropFolder, inbox: Inbox) -> None:
    target = drop.drop(drop.office.list("ready"))
    drop.pass_by(inbox, seconds=4)

    with target.open("ab") as late:  # somebody has it open still, and pauses for longer than the span
        desk = drop.desks[0]
        submit = desk.submit

        class Late:
            def __getattr__(self, name: str) -> Any:
                return getattr(desk, name)

            def submit(self, *given: Any, **named: Any) -> Any:
                made = submit(*given, **named)
                late.write(b"and more\n")
                late.flush()
                return made

        inbox._desk = Late()  # type: ignore[assignment]
        drop.pass_by(inbox, seconds=10)

    assert len(drop.jobs) == 1
    assert drop.answers == ["tidy/list.csv", "tidy/list.csv - refused.txt"]
    assert (drop.outbox / "tidy" / "list.csv").read_bytes().endswith(b"and more\n")
    assert "changed after it was taken as job 1" in drop.note("tidy/list.csv - refused.txt")


def look_and_be_killed(drop: DropFolder, *, seconds: float) -> None:
    """Let a process look into the drop folder, and kill it after so long."""
    command = [sys.executable, "-m", "tests.integration.inbox.dying", str(drop.office.data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "looking\n"
        with suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=seconds)
        worker.kill()


@pytest.mark.slow
def test_processes_killed_at_random_lose_nothing_and_do_nothing_twice(drop: DropFolder, inbox: Inbox) -> None:
    inbox.tick()
    settings = drop.office.data / "rpa.toml"
    settings.write_text(f"database_url = {drop.url!r}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    for number in range(5):
        hand_in(drop, number, "workbook")
    chance, kills = Random(4), 0  # noqa: S311 - it only says when

    while drop.left or any(one.returned_at is None for one in drop.arrivals):
        kills += 1
        look_and_be_killed(drop, seconds=chance.random() * 1.5 * 1.1**kills)  # longer each time: it comes to an end

    assert drop.left == []
    assert len(drop.jobs) == len(drop.arrivals) == 5
    assert len([one for one in drop.answers if " - job " in one]) == 5
