"""Secrets as files: one file for each (Docker), or a folder for each with a file for each part (Kubernetes)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rpa.exceptions import UsageError
from rpa.secrets.parts import FILES, TEXTS, Parts
from rpa.secrets.permissions import check_private, in_words

_FILES = {"tls.crt": "certificate", "tls.key": "key", "certificate.pfx": "certificate"}
"""Kubernetes' own names for a certificate and its key, and one file with both."""
_DATA = "..data"
"""What Kubernetes lets a mounted folder's files point through, and replaces as a whole."""
_TRIES = 3


class InFolder:
    """Looks in the folder of secrets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def find(self, name: str) -> Parts | None:
        """Return what the file or the folder of that name holds."""
        place = self._folder / name
        if place.is_dir():
            return self._settled(place)
        return self._from_file(place) if place.is_file() else None

    def _settled(self, place: Path) -> Parts:
        """Read a folder; once more if it was replaced meanwhile, so that no password goes with an older user name."""
        for _ in range(_TRIES):
            before = _generation(place)
            try:
                found = self._from_folder(place)
            except FileNotFoundError:
                continue
            if _generation(place) == before:
                return found
        raise UsageError(f"the secret in {place} changes while it is read; look at what writes it")

    def _from_folder(self, place: Path) -> Parts:
        texts = {part: place / part for part in TEXTS if (place / part).is_file()}
        files = {part: place / file for file, part in _FILES.items() if (place / file).is_file()}
        paths = [*texts.values(), *files.values()]
        self._check(paths)
        return Parts(
            f"folder {place}",
            {part: _text(path) for part, path in texts.items()},
            {part: path.read_bytes() for part, path in files.items()},
            dated=_dated(paths),
            permissions=in_words(paths),
        )

    def _from_file(self, place: Path) -> Parts:
        self._check([place])
        lines = _text(place).splitlines()
        texts = dict(zip(("username", "password"), lines, strict=False)) | dict(_further(place, lines[2:]))
        paths = {part: place.parent / texts.pop(part) for part in FILES if part in texts}
        self._check(paths.values())
        files = {part: path.read_bytes() for part, path in paths.items()}
        every = [place, *paths.values()]
        return Parts(f"file {place}", texts, files, dated=_dated(every), permissions=in_words(every))

    def _check(self, paths: Iterable[Path]) -> None:
        for path in paths:
            check_private(path, root=self._folder)


def _further(place: Path, lines: list[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 3):
        part, equals, value = line.partition("=")
        if equals and part.strip() in (*TEXTS[2:], *FILES):
            yield part.strip(), value.strip()
        elif line.strip():
            known = ", ".join((*TEXTS[2:], *FILES))
            raise UsageError(f"line {number} of {place} is not NAME = VALUE with one of {known}; mend it")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig").rstrip("\r\n")


def _generation(place: Path) -> Path:
    return (place / _DATA).resolve()


def _dated(paths: Iterable[Path]) -> str:
    newest = max((path.stat().st_mtime for path in paths), default=0.0)
    return f"{datetime.fromtimestamp(newest, UTC):%Y-%m-%dT%H:%M:%SZ}" if newest else ""
