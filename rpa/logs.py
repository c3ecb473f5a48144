"""Sets the log up once: lines for people in a file, without personal data and without the variables of a traceback."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger
from nhs_number.validate import is_valid

if TYPE_CHECKING:
    from loguru import Record

_FORMAT = "{time:YYYY-MM-DDTHH:mm:ss.SSSZZ} {level:<7} {extra} {message}"
_TEN_DIGITS = re.compile(r"(?<![\d])(\d{3})[\s\u00a0-]?(\d{3})[\s\u00a0-]?(\d{4})(?!\d)")
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE), "[postcode]"),
    (re.compile(r"(?<!\d)(?:\+44|0)(?:[\s-]?\d){9,10}(?!\d)"), "[phone]"),
    (re.compile(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b"), "[date]"),
)


def set_up_logs(folder: Path, level: str = "INFO", *, terminal: bool = False) -> None:
    """Send the log to `folder/rpa.log`, and to the terminal as well if asked.

    No variable and no message of an unknown exception reaches it; a scrubber is the net under that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    logger.remove()
    logger.configure(patcher=_scrub)
    kept = folder / "rpa.log"
    logger.add(kept, level=level, format=_FORMAT, diagnose=False, backtrace=False, rotation="20 MB", retention=10)
    if terminal:
        logger.add(sys.stderr, level=level, format=_FORMAT, diagnose=False, backtrace=False)


def scrubbed(text: str) -> str:
    """Return the text without NHS numbers, phone numbers, dates, postcodes and e-mail addresses, on one line."""
    text = _TEN_DIGITS.sub(_nhs_number_hidden, text)
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _nhs_number_hidden(found: re.Match[str]) -> str:
    return "[NHS number]" if is_valid("".join(found.groups())) else found[0]


def _scrub(record: "Record") -> None:
    record["message"] = scrubbed(record["message"])
