"""Sets the log up, once for each start of a process."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from rpa.logs.files import LogFile
from rpa.logs.lines import fields_of, in_words
from rpa.logs.scrubber import scrubbed

if TYPE_CHECKING:
    from loguru import Message, Record


def set_up_logs(folder: Path, level: str = "INFO", *, terminal: bool = False, worker: str | None = None,
                slot: int | None = None) -> None:  # fmt: skip
    """Send the log to a file of this process in `folder`, and to the terminal as well if asked.

    `worker` and `slot` stand in each of its lines. No variable and no message of an unknown exception reaches it; a
    scrubber is the net under that.
    """
    logger.remove()
    bound = {"worker": worker, "slot": slot}
    logger.configure(patcher=_scrub, extra={name: value for name, value in bound.items() if value is not None})
    # The format is empty because the lines are made from the record itself; loguru's own would add the traceback.
    logger.add(LogFile(folder, slot=slot), level=level, format=_nothing, diagnose=False, backtrace=False)
    if terminal:
        logger.add(_show, level=level, format=_nothing, diagnose=False, backtrace=False)


def _show(message: "Message") -> None:
    sys.stderr.write(in_words(fields_of(message.record)) + "\n")
    sys.stderr.flush()


def _nothing(_record: "Record") -> str:
    return ""


def _scrub(record: "Record") -> None:
    record["message"] = scrubbed(record["message"])
