"""A folder for each slot's temporary files, so that what a killed browser leaves can be removed."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_NAMES = ("TMPDIR", "TEMP", "TMP")


def temporary_folder(slot_id: str) -> Path:
    """Return the folder of a slot of this machine. Its name is short: a browser puts a socket into it."""
    return Path(tempfile.gettempdir(), f"rpa-{slot_id[:12]}")


def use_temporary_folder(slot_id: str) -> None:
    """Let this process, and whatever it starts, make its temporary files there; if need be where others make theirs."""
    folder = temporary_folder(slot_id)
    with suppress(OSError):  # a disk that is full may have room again when the first file is made
        folder.mkdir(mode=0o700)
        os.environ.update(dict.fromkeys(_NAMES, str(folder)))
        tempfile.tempdir = None  # it is looked up once, and was perhaps


def remove_temporary_folder(slot_id: str) -> None:
    """Remove what a slot that has ended left there."""
    shutil.rmtree(temporary_folder(slot_id), ignore_errors=True)
