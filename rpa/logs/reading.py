"""Reads the log of a job: its lines are in the files of whichever processes had to do with it."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import orjson

from rpa.logs.files import log_files
from rpa.logs.lines import Line

_DAY = len("2026-11-26")
_END = 1 << 16
"""Bytes of the end of a file: some hundred lines."""


def lines_of_job(folder: Path, job_id: int) -> Iterator[Line]:
    """Yield the lines of a job in the order of their times, day by day; at most a line of each file is held."""
    for _, files in groupby(log_files(folder), key=lambda path: path.name[:_DAY]):
        theirs = [path for path in files if next(_of_job(path, job_id), None) is not None]
        yield from heapq.merge(*(_of_job(path, job_id) for path in theirs), key=_time)


def last_lines(folder: Path, pids: Mapping[str, int], *, limit: int) -> list[Line]:
    """Return the last lines of workers, oldest first; `pids` are their processes, by the id of each.

    Only the end of each file is read, so that a long one costs what a short one does.
    """
    processes = tuple(f"-{one}-" for one in set(pids.values()))
    files = [path for path in log_files(folder) if any(one in path.name for one in processes)]
    found = [line for path in files for line in _end_of(path) if line.get("worker") in pids]
    return sorted(found, key=_time)[-limit:]


def _end_of(path: Path) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            left_out = max(path.stat().st_size - _END, 0)
            file.seek(left_out)
            lines = file.read().splitlines()
    except FileNotFoundError:  # its time was over while the log was read
        return
    for line in lines[1:] if left_out else lines:  # the first may be the end of one
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:  # the last may be one that is being written
            continue


class Follower:
    """Yields the lines of a job that came since it last looked; the first time, all of them."""

    def __init__(self, folder: Path, job_id: int) -> None:
        self._folder = folder
        self._job_id = job_id
        self._read: dict[Path, int] = {}

    def look(self) -> list[Line]:
        """Return what is new, in the order of its times."""
        return sorted((line for path in log_files(self._folder) for line in self._new(path)), key=_time)

    def _new(self, path: Path) -> Iterator[Line]:
        with path.open("rb") as file:
            file.seek(self._read.get(path, 0))
            yield from _parsed(self._whole(file, path), self._job_id)

    def _whole(self, file: Iterable[bytes], path: Path) -> Iterator[bytes]:
        for line in file:
            if line.endswith(b"\n"):  # one that isn't whole yet comes the next time
                self._read[path] = self._read.get(path, 0) + len(line)
                yield line


def _of_job(path: Path, job_id: int) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            yield from _parsed(file, job_id)
    except FileNotFoundError:  # its time was over while the log was read
        return


def _parsed(lines: Iterable[bytes], job_id: int) -> Iterator[Line]:
    # Inside of a text the quotation marks would be escaped, so these bytes are always the field.
    mine = (b'"job":%d,' % job_id, b'"job":%d}' % job_id)
    for line in lines:
        if any(one in line for one in mine):
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:  # a process died, or the disk was full, in the middle of it
                continue


def _time(line: Line) -> str:
    return str(line["at"])
