"""Writes a secret into a file that only its owner can read, once, whoever else is about to do the same."""

import os
import secrets
from pathlib import Path

from rpa.exceptions import RecordError


def write_secret_once(path: Path, text: str) -> None:
    """Write a file durably, unless it is there: of two processes that start at once, one wins and both read that."""
    write_once(path, text, mode=0o600)


def write_once(path: Path, text: str, *, mode: int) -> None:
    """Write a file with these rights durably, unless it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made elsewhere, then linked. Containers that share the folder may have the same process number.
    ready = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
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


def check_owned(path: Path) -> None:
    """Check that a file of the folder of keys belongs to the account of this process, whose eyes alone it is for.

    Raises:
        RecordError: It is another's, who can read it: only an administrator's process gets as far as this.
    """
    if os.name == "posix" and path.stat().st_uid != os.geteuid():
        raise RecordError(
            f"the file {path.name} in the folder of keys belongs to another account, which can read it; run rpa as "
            "that account, or make the file this account's own: chown"
        )
