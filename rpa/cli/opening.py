"""Opens the installation that a command works on, and closes it after."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rpa.db.away import if_there
from rpa.desk import Desk, open_desk
from rpa.exceptions import NotFoundError
from rpa.logs import set_up_logs
from rpa.settings import Settings, load_settings
from rpa.temporary import temporary_files
from rpa.workers import this_process


@contextmanager
def opened(folder: Path, *, make: bool = False) -> Iterator[Desk]:
    """Yield the desk of a folder; only with `make` is a folder without a database turned into a new one.

    Raises:
        NotFoundError: There is no database yet: most likely the folder's name is mistyped.
    """
    settings = load_settings(folder)
    if not make:
        _check_there(settings)
    me = this_process()
    set_up_logs(settings.dir / "logs", settings.log_level, terminal=settings.logs.terminal, worker=me.id)
    _check_writable(settings.dir)
    with temporary_files(), closing(open_desk(settings, me=me)) as desk:
        yield desk
        if desk.record.has_written:  # nobody else may be there to seal it
            if_there(desk.sealing.tick)  # what has no seal now gets one from the next command or worker


def _check_writable(folder: Path) -> None:
    """Tell a disk that may only be read before the database does, which says only that it can't be opened.

    Raises:
        OSError: It is one.
    """
    if hasattr(os, "statvfs") and folder.is_dir() and os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def _check_there(settings: Settings) -> None:
    if settings.database_url is None and not (settings.dir / "rpa.db").is_file():
        raise NotFoundError(
            f"the folder {str(settings.dir)!r} holds no jobs yet; give the right folder with --dir, or submit a job"
        )
