"""How far an export is, for whoever began it: printed, and kept in a file in case nobody reads that any more."""

from contextlib import suppress
from pathlib import Path

COUNT = "export-beside.count"
"""The file in the folder of data."""
WELL = "well"
"""What stands behind the number once there is a file of entries."""


class Counted:
    """Counts the entries that were read."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / COUNT
        self._read = 0

    def __call__(self, more: int) -> None:
        """Count more of them."""
        self._read += more
        self._say(str(self._read))
        with suppress(BrokenPipeError):  # whoever began it is gone; the export is wanted still
            print(self._read, flush=True)

    def end(self) -> None:
        """Say that all of it is done."""
        self._say(f"{self._read} {WELL}")

    def _say(self, said: str) -> None:
        with suppress(OSError):  # it is a courtesy: a full disk is told of where it matters
            self._file.write_text(said, encoding="utf-8")
