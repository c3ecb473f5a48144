"""Writes a secret into a file that only its owner can read, once, whoever else is about to do the same."""

import os
from pathlib import Path

from rpa.exceptions import RecordError


def write_secret_once(path: Path, text: str) -> None:
    """Write a file durably, unless it is there: of two processes that start at once, one wins and both read that."""
    write_once(path, text, mode=0o600)


def write_once(path: Path, text: str, *, mode: int) -> None:
    """Write a file with these rights durably, unless it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ready = path.with_name(f".{path.name}.{os.getpid()}")  # made elsewhere, then linked
    descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(ready)
    except FileExistsError:
        return
    finally:
        ready.unlink()


def check_private(path: Path) -> None:
    """Check that nobody but its owner may read a file of the folder of keys.

    Raises:
        RecordError: Others may.
    """
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise RecordError(
            f"the file {path.name} in the folder of keys may be read by others, expected by its owner alone: chmod 600"
        )
