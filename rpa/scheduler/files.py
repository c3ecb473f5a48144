"""Finds the files of a schedule: the newest that matches what the settings name."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from rpa.exceptions import UsageError

_WILD = ("*", "?", "[")
_NOT_MEANT = ("~$", ".")
"""How the names begin of what Excel and others put beside a file that is open."""


class NoFile(UsageError):  # noqa: N818 - what a person is told
    """Nothing matches what the settings name; the message holds no name of a file that was sent."""


def newest_files(files: Sequence[str], inputs: Collection[str]) -> list[str]:
    """Return files as `rpa submit` takes them, each pattern replaced by the newest file that matches it.

    Raises:
        NoFile: Nothing matches one of them.
    """
    return [_newest(file, inputs) for file in files]


def _newest(file: str, inputs: Collection[str]) -> str:
    name, equals, path = file.partition("=")
    if not equals or name not in inputs:
        name, equals, path = "", "", file
    matching = list(_matching(Path(path)))
    if not matching:
        raise NoFile(f"no file matches {path!r}, expected one that was put there for it")
    return f"{name}{equals}{max(matching, key=lambda one: (one.stat().st_mtime_ns, one.name))}"


def _matching(wanted: Path) -> Iterator[Path]:
    if wanted.is_file():  # whatever it is called, it is meant as it stands
        yield wanted
        return
    plain = next((number for number, part in enumerate(wanted.parts) if _is_wild(part)), len(wanted.parts))
    pattern = "/".join(wanted.parts[plain:])
    if pattern:
        found = Path(*wanted.parts[:plain]).glob(pattern)
        yield from (one for one in found if one.is_file() and not one.name.startswith(_NOT_MEANT))


def _is_wild(part: str) -> bool:
    return any(mark in part for mark in _WILD)
