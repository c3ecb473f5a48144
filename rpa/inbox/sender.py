"""Who put a file into the drop folder: its owner, unless the settings say who uses that folder."""

from pathlib import Path


def sender_of(content: Path, named: str | None) -> str:
    """Return the name of who handed in a file or folder; empty when nobody can tell.

    The settings come first: they know of a share that shows one account as the owner of all files. Names inside of a
    file, such as a workbook's "last modified by", are not looked at: anybody can write them.
    """
    if named is not None:
        return named
    try:
        return content.owner()
    except KeyError:  # an account of another machine: its number says who as well
        return f"uid {content.lstat().st_uid}"
    except (NotImplementedError, FileNotFoundError):  # Windows; or it is gone again
        return ""
