"""What stands beside the drop-down of a row that may be sent again: by it a workbook that comes back names its job."""

import re
import zipfile
import zlib
from pathlib import Path

_SHEET = re.compile(r"worksheets/[^/]+\.xml$")
_SAID = "Corrected this row? Choose Resubmit and send the sheet again (job {})."
_NAMED = re.compile(re.escape(_SAID.format("0")).replace("0", r"(\d{1,15})").encode())
"""A longer number is no job's."""


def prompt_of(job: int) -> str:
    """Return what is said beside the drop-down in the results of a job."""
    return _SAID.format(job)


def jobs_named_in(path: Path) -> list[int]:
    """Return the jobs whose results a workbook was; none for any other file, or for one that needs a password."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(name) for name in archive.namelist() if _SHEET.search(name)]
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return []
    return sorted({int(number) for sheet in sheets for number in _NAMED.findall(sheet)})
