"""A folder for each slot's temporary files, so that what a killed browser leaves can be removed."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_NAMES = ("TMPDIR", "TEMP", "TMP")
_LONGEST = 56
"""A browser puts a socket there, 46 characters below, and the path of a socket has 104 on macOS, 108 on Linux."""


def temporary_folder(slot_id: str) -> Path:
    """Return the folder of a slot of this machine.

    Raises:
        OSError: No folder takes a temporary file now, as on a full disk.
    """
    return Path(tempfile.gettempdir(), f"rpa-{slot_id[:12]}")


def use_temporary_folder(slot_id: str) -> None:
    """Let this process, and whatever it starts, make its temporary files there; if need be where others make theirs.

    Namely where the path would be too long for a browser, as it then would not start.
    """
    with suppress(OSError):  # a disk that is full, on which not even Python finds a folder for such files
        folder = temporary_folder(slot_id)
        if os.name == "posix" and len(str(folder)) > _LONGEST:
            return
        folder.mkdir(mode=0o700)
        os.environ.update(dict.fromkeys(_NAMES, str(folder)))
        tempfile.tempdir = str(folder)


def remove_temporary_folder(slot_id: str) -> bool:
    """Remove what a slot that has ended left there; False if something stays, as while a browser of it still ends."""
    try:
        folder = temporary_folder(slot_id)
    except OSError:  # the disk is full: perhaps it can be told another time where it would be
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
