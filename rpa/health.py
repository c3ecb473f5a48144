"""How an installation stands that runs: what may soon keep it from working."""

import shutil
from dataclasses import dataclass
from pathlib import Path

_LEAST = 1 << 30
"""Bytes that must be free: a day of pictures and records needs less."""


@dataclass(frozen=True, slots=True)
class Disk:
    """How much is left where the data is, in bytes."""

    free: int
    total: int

    @property
    def is_well(self) -> bool:
        """Whether there is enough for a day."""
        return self.free >= _LEAST

    @property
    def found(self) -> str:
        """What is left, in words."""
        return f"{self.free / (1 << 30):.1f} GB of {self.total / (1 << 30):.1f} GB are free where the data is"


def disk_of(folder: Path) -> Disk:
    """Return how full the disk is that a folder is on."""
    used = shutil.disk_usage(folder)
    return Disk(used.free, used.total)
