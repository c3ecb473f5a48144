"""Tells of what lies in the drop folder where nobody takes it: beside the workflows' folders, or in one of none."""

from collections.abc import Collection, Iterator
from pathlib import Path

from loguru import logger

from rpa.inbox import words
from rpa.inbox.folders import put
from rpa.inbox.names import is_passing

NOTE = "NOT TAKEN - read me.txt"


def tell_misplaced(inbox: Path, workflows: Collection[str]) -> None:
    """Keep a note in each such place, for as long as something lies there."""
    for place in (inbox, *_folders_of_none(inbox, workflows)):
        note = place / NOTE
        if not any(_lost(place, files_only=place == inbox)):
            note.unlink(missing_ok=True)
        elif not note.exists():
            put(words.misplaced(sorted(workflows)), note)
            logger.warning("something lies in the drop folder where no workflow takes it; a note beside it says so")


def _folders_of_none(inbox: Path, workflows: Collection[str]) -> Iterator[Path]:
    yield from (one for one in inbox.iterdir() if one.name not in workflows and _is_folder(one))


def _lost(place: Path, *, files_only: bool) -> Iterator[Path]:
    for one in place.iterdir():
        if one.name != NOTE and not is_passing(one.name) and not (files_only and _is_folder(one)):
            yield one


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not is_passing(path.name)
