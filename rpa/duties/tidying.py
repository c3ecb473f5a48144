"""Removes old files of the log: the one place that does, whichever process wrote them."""

from loguru import logger

from rpa.clock import Clock
from rpa.logs.files import remove_old_files
from rpa.settings import Settings


def tidy_logs(settings: Settings, clock: Clock) -> None:
    """Delete what is older than the settings say. Two workers may do it at the same moment."""
    removed = remove_old_files(settings.dir / "logs", now=clock.now(), days=settings.logs.keep_days)
    if removed:
        logger.info("removed {} files of the log, older than {} days", removed, settings.logs.keep_days)
