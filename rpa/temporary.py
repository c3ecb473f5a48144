"""A folder for each process's temporary files, so that what it leaves when it is killed can be removed.

It carries the name of its process: whoever of the same machine finds it without that process removes it. It may hold a
patient's data, as a workbook that is just being written does.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_NAMES = ("TMPDIR", "TEMP", "TMP")
_LONGEST = 56
"""A browser puts a socket there, 46 characters below, and the path of a socket has 104 on macOS, 108 on Linux."""
_NAMED = re.compile(r"rpa-([0-9a-f]{4})-([0-9]+)-[0-9a-f]{8}")
_NAMESPACE = Path("/proc/self/ns/pid")
"""What tells containers that share a folder apart: one doesn't know the processes of another."""


@contextmanager
def temporary_files() -> Iterator[None]:
    """Let this process make its own temporary files in its folder, and remove that at the end."""
    before, folder = tempfile.tempdir, _made_folder()
    if folder is not None:
        tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        if folder is not None:
            tempfile.tempdir = before
            shutil.rmtree(folder, ignore_errors=True)


def use_temporary_folder() -> None:
    """Let this process, and whatever it starts, make its temporary files in its folder, until it ends.

    If need be where others make theirs, namely where the path would be too long for a browser, which then can't start.
    """
    with suppress(OSError):
        if os.name == "posix" and len(str(_folder())) > _LONGEST:
            return
    folder = _made_folder()
    if folder is not None:
        os.environ.update(dict.fromkeys(_NAMES, str(folder)))
        tempfile.tempdir = str(folder)


def remove_temporary_folders() -> bool:
    """Remove what ended processes of this machine left; False if something stays, as while a browser still ends."""
    with suppress(OSError):  # the disk is full: perhaps it can be told another time where they would be
        left = [one for one in _place().glob("rpa-*") if _is_left(one)]
        for one in left:
            shutil.rmtree(one, ignore_errors=True)
        return not any(one.exists() for one in left)
    return False


def _made_folder() -> Path | None:
    with suppress(OSError):  # a disk that is full, on which not even Python finds a folder for such files
        folder = _folder()
        folder.mkdir(mode=0o700)
        return folder
    return None


def _folder() -> Path:
    return _place() / _name(psutil.Process())


def _place() -> Path:
    folder = Path(tempfile.gettempdir())
    return folder.parent if _NAMED.fullmatch(folder.name) else folder


def _name(process: psutil.Process) -> str:
    # psutil hashes the number and the time since the machine was started: no clock that is put right changes that.
    return f"rpa-{_namespace()}-{process.pid}-{hash(process) & 0xFFFFFFFF:08x}"


def _namespace() -> str:
    return f"{_NAMESPACE.stat().st_ino & 0xFFFF:04x}" if _NAMESPACE.exists() else "0000"


def _is_left(folder: Path) -> bool:
    found = _NAMED.fullmatch(folder.name)
    if found is None or found[1] != _namespace() or folder.is_symlink():
        return False
    try:
        process = psutil.Process(int(found[2]))
        return _name(process) != folder.name or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
