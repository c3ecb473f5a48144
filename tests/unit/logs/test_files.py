"""Files of the log: one for each start of a process and day, read by job, removed by age."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loguru import logger

from rpa.logs import set_up_logs
from rpa.logs.files import log_files, remove_old_files
from rpa.logs.lines import written
from rpa.logs.reading import Follower, last_lines, lines_of_job
from tests.unit.logs.conftest import Log

WRITER = """
import sys
from pathlib import Path
from loguru import logger
from rpa.logs import set_up_logs
set_up_logs(Path(sys.argv[1]), slot=int(sys.argv[2]))
for number in range(int(sys.argv[3])):
    logger.bind(job=number % 2 + 1).info("line {} of slot {}", number, sys.argv[2])
"""


def put(folder: Path, name: str, *lines: tuple[str, int, str]) -> Path:
    """Write a file of the log: time of the day, job and message of each line."""
    made = [{"at": f"{name[:10]}T{at}.000000+00:00", "level": "INFO", "job": job, "message": said, "place": "x:1"}
            for at, job, said in lines]  # fmt: skip
    path = folder / name
    path.write_bytes(b"".join(map(written, made)))
    return path


def said(folder: Path, job_id: int) -> list[str]:
    return [line["message"] for line in lines_of_job(folder, job_id)]


def test_command_that_says_nothing_leaves_no_file(tmp_path: Path) -> None:
    set_up_logs(tmp_path / "logs")
    logger.remove()

    assert not (tmp_path / "logs").exists()


def test_lines_of_a_job_come_from_all_files_in_the_order_of_their_times(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-26-b-main-1-x.jsonl", ("08:00:00", 7, "five"))
    put(tmp_path, "2026-11-25-b-slot-1-3-x.jsonl", ("09:00:02", 7, "three"), ("09:00:03", 71, "of another"))
    put(tmp_path, "2026-11-25-a-slot-1-2-x.jsonl", ("09:00:01", 7, "two"), ("10:00:00", 7, "four"))
    put(tmp_path, "2026-11-25-a-main-1-x.jsonl", ("09:00:00", 7, "one"), ("09:00:01", 1, "of another"))

    assert said(tmp_path, 7) == ["one", "two", "three", "four", "five"]


def test_line_that_a_process_did_not_finish_is_passed_over(tmp_path: Path) -> None:
    path = put(tmp_path, "2026-11-25-a-main-1-x.jsonl", ("09:00:00", 7, "one"))
    with path.open("ab") as file:
        file.write(b'{"at":"2026-11-25T09:00:01","job":7,"mess')

    assert said(tmp_path, 7) == ["one"]


def test_message_that_quotes_a_line_of_another_job_is_not_taken_for_one(log: Log) -> None:
    logger.bind(job=8).info('{{"job":7,"message":"forged"}}')

    assert said(log.folder, 7) == []


def test_follower_tells_of_each_line_once(tmp_path: Path) -> None:
    follower = Follower(tmp_path, 7)
    path = put(tmp_path, "2026-11-25-a-main-1-x.jsonl", ("09:00:00", 7, "one"))
    first = follower.look()
    with path.open("ab") as file:
        file.write(b'{"at":"2026-11-25T09:00:01","job":7,')
        file.flush()
        half = follower.look()
        file.write(b'"message":"two"}\n')

    assert [line["message"] for line in first] == ["one"]
    assert half == []
    assert [line["message"] for line in follower.look()] == ["two"]
    assert follower.look() == []


def test_many_processes_write_at_once_and_no_line_is_lost_or_mixed(tmp_path: Path) -> None:
    each, processes = 500, 4
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(slot), str(each)])
        for slot in range(1, processes + 1)
    ]
    codes = [one.wait(60) for one in running]

    first, second = list(lines_of_job(tmp_path, 1)), list(lines_of_job(tmp_path, 2))
    assert codes == [0] * processes
    assert len(first) == len(second) == each * processes // 2
    assert [line["at"] for line in first] == sorted(line["at"] for line in first)
    assert len(log_files(tmp_path)) >= processes


def test_full_disk_costs_the_line_and_not_the_work(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_file: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    logger.info("before")
    with monkeypatch.context() as patch:
        patch.setattr("rpa.logs.files.os.write", no_room)
        logger.info("lost")
    logger.info("after")

    assert [line["message"] for line in log.lines] == ["before", "after"]


def test_files_are_removed_by_the_age_of_their_last_line(tmp_path: Path) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    for name, age in (("new.jsonl", 89), ("old.jsonl", 91), ("rpa.log", 91), ("notes.txt", 400)):
        (tmp_path / name).touch()
        then = (now - timedelta(days=age)).timestamp()
        os.utime(tmp_path / name, (then, then))

    removed = remove_old_files(tmp_path, now=now, days=90)

    assert removed == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["new.jsonl", "notes.txt"]


def test_the_last_lines_of_a_worker_are_found_by_its_process_and_no_others(tmp_path: Path) -> None:
    def put(name: str, *lines: Mapping[str, str]) -> None:
        (tmp_path / name).write_bytes(b"".join(map(written, lines)))

    long = "x" * 400
    mine = [{"at": f"2026-11-26T09:{n // 60:02}:{n % 60:02}", "worker": "w1", "message": long} for n in range(500)]
    newest = {"at": "2026-11-27T09:00:00", "worker": "w1", "message": "newest"}
    put("2026-11-26-ward-main-17-a.jsonl", *mine)
    put("2026-11-27-ward-slot-1-17-b.jsonl", newest, {**newest, "worker": "of another with the same number"})
    put("2026-11-27-ward-main-170-c.jsonl", {**newest, "message": "another process"})
    (tmp_path / "2026-11-27-ward-main-17-d.jsonl").write_bytes(b'{"at":"2026-11-27T09:00:01","worker":"w1","mess')

    found = last_lines(tmp_path, {"w1": 17}, limit=30)

    assert len(found) == 30
    assert found[-1] == newest
    assert found[:-1] == mine[-29:]
