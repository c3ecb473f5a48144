"""Hand files to a warm child process that parses them, so that no file can hang, abort or bloat a worker."""

import functools
import json
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from rpa.connectors.spreadsheet.cellpickle import cells_of
from rpa.connectors.spreadsheet.frames import read_frame, write_frame
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.limits import MEGABYTE, Limits
from rpa.connectors.spreadsheet.packed import PackedRows
from rpa.exceptions import InputRefused
from rpa.secrets import Credential
from rpa.secrets.environment import without_secrets

KEPT_AFTER_BYTES = 4 * MEGABYTE
"""A child that parsed a larger file is not kept: its memory would stay at the peak."""


@dataclass(slots=True)
class Book:
    """What a file holds: its sheets and what a person should know about it."""

    grids: list[Grid] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    password: str = field(default="", repr=False)
    """What opened it, if a password was needed."""
    content: bytes = field(default=b"", repr=False)
    """What was decrypted, where that was asked for."""


class Parser:
    """One child process that parses one file after another; it is started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, path: Path, *, sheet: str | None, limits: Limits, password: Credential | None = None) -> Book:
        """Return the sheets of a file; InputRefused if the parser refuses it, dies of it or takes too long."""
        return self._ask(path, {"sheet": sheet, "top": None}, limits, password)

    def outline(self, path: Path, top: int, *, limits: Limits, password: Credential | None = None) -> Book:
        """Return of each sheet of a workbook its first rows and its width, refusing what `read` refuses.

        If the file is protected, it comes without its protection as well.
        """
        return self._ask(path, {"sheet": None, "top": top}, limits, password)

    def _ask(self, path: Path, asked: dict[str, Any], limits: Limits, password: Credential | None) -> Book:
        request = {
            "path": str(path.resolve()),
            "file": path.name,
            "limits": limits._asdict(),
            **asked,
            **_key(password),
        }
        with self._lock:
            child = self._warm(limits)
            try:
                return self._exchange(child, request, limits.seconds)
            finally:
                # a child that was told a password is not kept: it would still be in its memory
                if password or path.stat().st_size > KEPT_AFTER_BYTES:
                    self._end()

    def close(self) -> None:
        """End the child; the next file starts a new one."""
        with self._lock:
            self._end()

    def _exchange(self, child: subprocess.Popen[bytes], request: dict[str, Any], seconds: float) -> Book:
        late = threading.Event()
        timer = threading.Timer(seconds, _stop, (late, child))
        timer.daemon = True
        timer.start()
        try:
            stdin, stdout = _pipes(child)
            write_frame(stdin, json.dumps(request).encode())
            return _book(stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self._end()
            raise InputRefused(_why(request["file"], seconds, late=late.is_set())) from None
        finally:
            timer.cancel()

    def _warm(self, limits: Limits) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = _start(limits)
            weakref.finalize(self, _end, self._child)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            _end(child)


def _key(password: Credential | None) -> dict[str, str]:
    return {
        "password": password.password if password else "",
        "secret": password.label.name if password else "",
    }


@functools.cache
def warm_parser() -> Parser:
    """Return this process' parser: started once, so that the second small file costs milliseconds."""
    return Parser()


def _stop(late: threading.Event, child: subprocess.Popen[bytes]) -> None:
    late.set()
    child.kill()


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rpa.connectors.spreadsheet.child", str(limits.max_memory)]
    root = str(Path(__file__).resolve().parents[3])
    return subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root,
        env=without_secrets(),
    )  # fmt: skip


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    return child.stdin, child.stdout


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _why(file: str, seconds: float, *, late: bool) -> str:
    if late:
        return f"{file} could not be read within {seconds:.0f} seconds: open it, save it as a new .xlsx and send that"
    return (
        f"{file} can't be read: it is damaged, or needs more memory than a sheet of its size should; "
        "open it, save it as a new .xlsx and send that"
    )


def _book(stdout: IO[bytes]) -> Book:
    book = Book()
    for kind, content in _messages(stdout):
        if kind == "refused":
            raise InputRefused(content)
        if kind == "sheet":
            book.grids.append(Grid(**content))
        elif kind == "rows":
            book.grids[-1].rows.extend(content)
        elif kind == "columns":
            rows = book.grids[-1].rows
            book.grids[-1].rows = rows if isinstance(rows, PackedRows) else PackedRows(rows)
            book.grids[-1].rows.add(content, read_frame(stdout))
        elif kind == "facts":
            for name, value in content.items():
                setattr(book.grids[-1], name, value)
        elif kind == "opened":
            book.password, book.content = content["password"], content.get("content", b"")
        elif kind == "warning":
            book.warnings.append(content)
    return book


def _messages(stdout: IO[bytes]) -> Iterator[tuple[str, Any]]:
    while True:
        kind, content = cells_of(read_frame(stdout))
        if kind == "done":
            return
        yield kind, content
