"""Turns an error into one sentence for a person, and the exit code that goes with it."""

import errno
import os
import traceback
from pathlib import Path

from loguru import logger
from sqlalchemy.exc import OperationalError

from rpa.cli.exits import Exit
from rpa.exceptions import NotFoundError, RecordElsewhere, RecordError, RpaError, UsageError

_CODES = (
    (UsageError, Exit.USAGE),
    (NotFoundError, Exit.NOT_FOUND),
    (RecordElsewhere, Exit.RECORD_INCOMPLETE),
    (RecordError, Exit.RECORD_BROKEN),
)

_OF_SQLITE = {"readonly database": errno.EROFS, "database or disk is full": errno.ENOSPC}
_NO_WRITING = (errno.EROFS, errno.ENOSPC, errno.EDQUOT)


def explained(error: Exception) -> tuple[str, Exit]:
    """Return the sentence and the exit code of an error.

    The message of an error that is not ours may hold a patient's name: only its type and place are told.
    """
    if isinstance(error, RpaError):
        return str(error), next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILED)
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"{error.filename!s} can't be opened; close it elsewhere or check its permissions",
            Exit.FAILED,
        )
    no_place = _no_place(error)
    if no_place is not None:
        return (
            f"what is to be written finds no place ({os.strerror(no_place)}), expected a disk with room that may be "
            "written. Nothing is lost; put that right for the folder of data, and do it again",
            Exit.FAILED,
        )
    if isinstance(error, OperationalError):
        return "the database can't be reached or is held by another; run `rpa doctor` to see which it is", Exit.FAILED
    place = _place(error)
    logger.error("command ended by {} at {}", type(error).__name__, place)
    sentence = f"something went wrong on our side ({type(error).__name__} at {place}); nothing is lost"
    return f"{sentence}. Look into the folder logs in the folder of data, and tell the digital team", Exit.FAILED


def _no_place(error: Exception) -> int | None:
    """Return the number of an error that says that a disk takes nothing more, or nothing at all."""
    if isinstance(error, OSError) and error.errno in _NO_WRITING:
        return error.errno
    said = str(error.orig) if isinstance(error, OperationalError) else ""  # SQLite's own words
    return next((number for words, number in _OF_SQLITE.items() if words in said), None)


def _place(error: Exception) -> str:
    """Return file and line of the innermost frame that is ours: a place in a library tells nobody anything."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "site-packages" not in one.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "an unknown place"
