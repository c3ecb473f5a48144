"""Copies of seals outside of the database: who rewrites the record would have to rewrite them too.

Each is a line of JSON in a file a day, `YEAR/YYYY-MM-DD.jsonl`, only ever added to. The folder belongs where those who
run the database can't write, such as another team's share.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from rpa.audit.sealer import Seal


@dataclass(frozen=True, slots=True)
class Anchor:
    """A copy of a seal, and where it is."""

    place: str
    """File and line, for a person."""
    note: str


class AnchorFolder:
    """A folder of such copies. Any number of processes may add to it; a copy that is there twice does no harm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._folder

    @property
    def is_there(self) -> bool:
        """Whether there is such a folder."""
        return self._folder.is_dir()

    def keep(self, seal: Seal) -> None:
        """Add a seal durably.

        Raises:
            OSError: The folder is not there, or can't be written.
        """
        if not self.is_there:  # a share that isn't mounted must not be made in its place
            raise FileNotFoundError(f"the folder of anchors {str(self._folder)!r} is not there")
        path = self._folder / str(seal.tree) / f"{seal.sealed_at:%Y-%m-%d}.jsonl"
        path.parent.mkdir(exist_ok=True)
        # The line begins on a new one, whatever a process that died left behind.
        line = b"\n" + orjson.dumps({"sealed_at": seal.sealed_at, "size": seal.size, "note": seal.note}) + b"\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def newest(self) -> tuple[int, int] | None:
        """Return year and size of the copy that was added last; None where there is none."""
        for path in reversed(self._files()):
            found = [one for one in map(_parsed, path.read_bytes().splitlines()) if one is not None]
            if found:
                return int(path.parent.name), int(str(found[-1]["size"]))
        return None

    def __iter__(self) -> Iterator[Anchor]:
        """Yield every copy, oldest first; a line that a process left unfinished is passed over."""
        for path in self._files():
            for number, line in enumerate(path.read_bytes().splitlines(), start=1):
                found = _parsed(line)
                if found is not None:
                    yield Anchor(f"{path.parent.name}/{path.name}, line {number}", str(found["note"]))
        for path in sorted(self._folder.glob("*.txt")):  # as they came by e-mail
            note = path.read_text(encoding="utf-8").replace("\r\n", "\n").strip("\n-") + "\n"
            yield Anchor(path.name, note)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*/*.jsonl"))


def _parsed(line: bytes) -> dict[str, object] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and {"size", "note"} <= found.keys() else None
