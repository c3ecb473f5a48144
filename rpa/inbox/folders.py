"""Where the drop folder's things lie, and the moves between them, each of which is whole or not done."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from rpa.inbox.names import AGAIN, clean_name, is_passing
from rpa.inbox.settling import files_of
from rpa.settings import Settings

_TAKEN = ".taken"
_MARK = ".inbox-"


@dataclass(frozen=True, slots=True)
class Door:
    """A folder that people put things into, for one workflow."""

    workflow: str
    folder: Path
    again: bool
    """Whether what lies here is done although it was handed in before."""

    def entries(self) -> list[Path]:
        """Return what lies here, oldest name first, without what only passes through."""
        return sorted(
            one
            for one in self.folder.iterdir()
            if not is_passing(one.name) and (self.again or one.name.lower() != AGAIN) and not one.is_symlink()
        )

    def take(self, entry: Path) -> Path | None:
        """Move a hand-in to a place of its own, where only one has it; None when it can't be had now."""
        place = self.folder / _TAKEN / uuid4().hex
        place.mkdir(parents=True, mode=0o700)
        try:
            entry.rename(place / clean_name(entry.name))
        except OSError:  # somebody else was first, or Windows has it open
            with contextlib.suppress(OSError):
                place.rmdir()
            return None
        return place

    def places(self) -> list[Path]:
        """Return the places of what was taken and is not done with."""
        taken = self.folder / _TAKEN
        return sorted(taken.iterdir()) if taken.is_dir() else []


class Folders:
    """The drop folder and the outbox of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.inbox = settings.inbox.folder or settings.dir / "inbox"
        self.outbox = settings.inbox.outbox or settings.dir / "outbox"
        self._is_ours = settings.inbox.folder is None

    def prepare(self, workflows: Iterable[str]) -> bool:
        """Make a folder for each workflow; False when the drop folder itself is not there, such as a share."""
        if not self._is_ours and not self.inbox.is_dir():
            return False  # what is mounted there would hide what we made
        for folder in (self.inbox / name / AGAIN for name in workflows):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
        if not self.marks():
            (self.inbox / f"{_MARK}{uuid4().hex}").mkdir(parents=True)
        return True

    def marks(self) -> list[str]:
        """Return by what this folder is known: another machine may have another one of the same name.

        Two machines that made it at the same moment left two marks, and both stand for it.
        """
        return sorted(one.name.removeprefix(_MARK) for one in self.inbox.glob(f"{_MARK}*"))

    def doors(self, workflows: Iterable[str]) -> list[Door]:
        """Return the folders that people put things into."""
        found = [Door(name, self.inbox / name / sub, bool(sub)) for name in workflows for sub in ("", AGAIN)]
        return [one for one in found if one.folder.is_dir()]

    def name_of(self, place: Path) -> str:
        """Return a place as it is stored: the same on every machine."""
        return place.relative_to(self.inbox).as_posix()

    def out(self, workflow: str) -> Path:
        """Return the outbox of a workflow."""
        folder = self.outbox / workflow
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
        return folder


def content_of(place: Path) -> Path | None:
    """Return the file or folder that was taken to a place; None when nothing is left there."""
    try:
        return next(iter(sorted(place.iterdir())), None)
    except FileNotFoundError:  # whoever saw to it is done with it
        return None


def digest_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 of a file, or of the sorted digests of several."""
    digests = sorted(sha256(one.read_bytes()).hexdigest() for one in files)
    return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()


@contextlib.contextmanager
def copied(content: Path) -> Iterator[list[Path]]:
    """Yield copies of the files of a hand-in that nobody else can change while they are read."""
    with TemporaryDirectory() as folder:
        copies = []
        for one in files_of(content):
            copy = free_name(Path(folder) / clean_name(one.name))
            with os.fdopen(_opened(one), "rb") as source, copy.open("xb") as target:
                shutil.copyfileobj(source, target)
            copies.append(copy)
        yield copies


def clean_inside(content: Path) -> None:
    """Give the files of a folder names that may be shown; a file alone got one when it was taken."""
    for one in files_of(content):
        if one != content and clean_name(one.name) != one.name:
            one.rename(free_name(one.with_name(clean_name(one.name))))


def free_name(target: Path) -> Path:
    """Return the target, or the first of its name with a number that is not taken."""
    number, free = 2, target
    while free.exists():
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
    return free


def put(content: bytes, target: Path) -> None:
    """Write a file into an outbox: it appears whole, or not at all."""
    draft = target.with_name(f".{target.name}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o644)  # it is meant for colleagues; the folder says who they are
    draft.replace(target)


def move(source: Path, target: Path) -> None:
    """Move a file or folder; to another disk it is copied whole before it is removed here."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, draft, symlinks=True)
        else:
            shutil.copyfile(source, draft, follow_symlinks=False)
        draft.rename(target)
        shutil.rmtree(source) if source.is_dir() else source.unlink()


def _opened(path: Path) -> int:
    """Open a file, and no link: one that took the file's place since must not lead us to a file of our own."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
