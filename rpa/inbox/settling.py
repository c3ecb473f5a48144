"""Tells when what lies in the drop folder is whole: nobody writes to it any more, and it can be read to its end."""

import stat
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rpa.clock import Clock
from rpa.connectors.spreadsheet import Limits
from rpa.inbox.names import is_passing, owner_files

_ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods")
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a workbook with a password begins, whatever its name: it is no zip, and is refused by who reads it."""

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    signature: Signature
    since: float
    busy: bool


class Settling:
    """Remembers since when each hand-in lies unchanged, by this machine's own clock: a share's clock may be wrong."""

    def __init__(self, clock: Clock, *, settle: float, patience: float) -> None:
        self._clock = clock
        self._settle = settle
        self._patience = patience
        self._seen: dict[Path, _Seen] = {}

    def is_ready(self, entry: Path, *, files: int) -> bool:
        """Return whether a file, or a folder with that many files, is whole, or will not become so."""
        try:
            return self._lies_whole(entry, files)
        except OSError:  # taken by another in this moment, or not to be looked at yet
            return False

    def keep_only(self, entries: Collection[Path]) -> None:
        """Forget what no longer lies there."""
        self._seen = {path: seen for path, seen in self._seen.items() if path in entries}

    @property
    def expects_some(self) -> bool:
        """Whether something was put there, or changed, just now and is likely to be ready soon."""
        now = self._clock.monotonic()
        return any(now - one.since < self._settle and not one.busy for one in self._seen.values())

    def _lies_whole(self, entry: Path, files: int) -> bool:
        signature = _signature(entry)
        busy = any(owner.exists() for one in files_of(entry) for owner in owner_files(one))
        now, seen = self._clock.monotonic(), self._seen.get(entry)
        if seen is None or seen.signature != signature or busy:
            self._seen[entry] = _Seen(signature, now, busy)
            return False
        lies = now - seen.since
        return lies >= self._patience or (lies >= self._settle and _is_whole(entry, files))


def files_of(entry: Path) -> list[Path]:
    """Return the files of a hand-in: itself, or what a folder holds, without what only passes through."""
    if not stat.S_ISDIR(entry.lstat().st_mode):
        return [entry]
    return sorted(one for one in entry.iterdir() if not is_passing(one.name))


def _signature(entry: Path) -> Signature:
    told = ((one, one.lstat()) for one in files_of(entry))
    return tuple((one.name, found.st_size, found.st_mtime_ns) for one, found in told)


def _is_whole(entry: Path, files: int) -> bool:
    there = files_of(entry)
    if stat.S_ISDIR(entry.lstat().st_mode) and len(there) < files:
        return False
    return bool(there) and all(_is_whole_file(one) for one in there)


def _is_whole_file(path: Path) -> bool:
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(len(_COMPOUND))
        return bool(head) and (path.suffix.lower() not in _ZIPPED or head == _COMPOUND or _is_whole_zip(path))
    except OSError:  # still open elsewhere, or not for us
        return False


def _is_whole_zip(path: Path) -> bool:
    """Check every part of a zip: some programs make a file in its full length first and fill it then."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(one.file_size for one in entries) > Limits().max_unpacked or any(
                one.flag_bits & 1 for one in entries
            ):
                return True  # too large to try, or with a password: who reads it says so
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return False
