"""What names of files tell: which are only passing through, which hold too much, and which input a file is for."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from nhs_number.validate import is_valid

from rpa.exceptions import UsageError

AGAIN = "again"
"""Sub-folder for files that are to be done although they were handed in before."""
_PASSING_STARTS = (".", "~")
_PASSING_ENDS = (".tmp", ".part", ".partial", ".crdownload", ".download")
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")
_EXCEL_SAVING = re.compile(r"[0-9A-F]{8}")
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[\s._-]?\d{3}[\s._-]?\d{4}(?!\d)")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_STEM = 60


def is_passing(name: str) -> bool:
    """Return whether a file of that name is another program's own and will be gone soon."""
    low = name.lower()
    return (
        low.startswith(_PASSING_STARTS)
        or low.endswith(_PASSING_ENDS)
        or low in _OF_THE_SYSTEM
        or _EXCEL_SAVING.fullmatch(name) is not None  # what Excel writes before it takes the old file's place
    )


def owner_files(path: Path) -> tuple[Path, Path]:
    """Return the files that Excel and LibreOffice keep beside a file as long as it is open."""
    return path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")


def clean_name(name: str) -> str:
    """Return a name that any system can store, and none at all of one that seems to hold an NHS number.

    A file named after a patient may hold the patient's name as well, so nothing of such a name is kept.
    """
    path = PurePath(_NOT_IN_NAMES.sub("_", name.encode("utf-8", "replace").decode()))
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = path.name.removesuffix(suffix)
    if any(is_valid(re.sub(r"\D", "", found)) for found in _TEN_DIGITS.findall(name)):
        return f"file{suffix}"
    return f"{stem[:_LONGEST_STEM].strip() or 'file'}{suffix}"


def name_inputs(inputs: Sequence[str], files: Sequence[Path]) -> list[str]:
    """Return the files as `input=path`, each by the input's name in its own; one file alone needs no name.

    Raises:
        UsageError: A file is for no input or for several, or an input has not exactly one file.
    """
    if len(files) == 1:
        return [str(files[0])]
    found = {path: [one for one in inputs if _speaks_of(path, one)] for path in files}
    told = [names[0] for names in found.values() if len(names) == 1]
    if sorted(told) != sorted(inputs) or len(files) != len(inputs):
        raise UsageError(
            f"found the files {', '.join(sorted(one.name for one in files)) or 'none'}, expected one for each of "
            f"{', '.join(inputs)}, with that word in its name: put them together into one new sub-folder"
        )
    return [f"{names[0]}={path}" for path, names in found.items()]


def _speaks_of(path: Path, name: str) -> bool:
    words = re.sub(r"[^a-z0-9]+", "_", path.stem.lower())
    return f"_{name}_" in f"_{words}_"
