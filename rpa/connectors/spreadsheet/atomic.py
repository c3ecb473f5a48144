"""Put a file in its place whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replaced(target: Path, *, private: bool = False) -> Iterator[Path]:
    """Hand out a new file beside `target`, and put it in the target's place when the block ends well.

    A private one can be read by its owner alone.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        _sync(draft)
        if not private:
            draft.chmod(0o644)  # mkstemp's 0600 would keep the colleagues out it is meant for
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # Windows can't open a folder, and keeps renames in order itself
        _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
