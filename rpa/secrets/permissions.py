"""Who may read and change the files of a secret; what others may is refused."""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from rpa.exceptions import UsageError

_MOUNTS = Path("/proc/self/mountinfo")
_CHANGED_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def check_private(path: Path, *, root: Path) -> None:
    """Raise unless a file is for its owner's and group's eyes only, and for its owner's hands.

    A file that Docker or Kubernetes mounted may be readable by all: it is so by default there, and what may see it is
    the container. It counts as mounted when it, or a folder above it up to `root`, is a mount of its own.

    Raises:
        UsageError: Others may read or change it.
    """
    if os.name != "posix":
        return
    mode = path.stat().st_mode
    if mode & _CHANGED_BY_OTHERS:
        raise _refused(path, mode, "others may change it")
    if mode & stat.S_IROTH and not _is_mounted(path, root):
        raise _refused(path, mode, "others may read it")


def in_words(paths: Iterable[Path]) -> str:
    """Return the permissions of these files as `rpa doctor` shows them."""
    if os.name != "posix":
        return ""
    modes = sorted({f"{stat.S_IMODE(path.stat().st_mode):04o}" for path in paths})
    return f"mode {', '.join(modes)}" if modes else ""


def _refused(path: Path, mode: int, why: str) -> UsageError:
    return UsageError(
        f"the secret in {path} has the mode {stat.S_IMODE(mode):04o}, so {why}; expected 0600 or stricter: chmod 600"
    )


def _is_mounted(path: Path, root: Path) -> bool:
    mounts = _mounts()
    return any(one in mounts for one in (path, *path.parents) if one == root or root in one.parents)


def _mounts() -> set[Path]:
    if not _MOUNTS.exists():
        return set()
    lines = _MOUNTS.read_text(encoding="utf-8").splitlines()
    return {Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), line.split()[4])) for line in lines}
