"""The operating system's view of a browser: its process tree, its memory, and how to end it for certain."""

import contextlib
import uuid
from collections.abc import Iterator

import psutil


class ProcessTree:
    """All processes of one browser, found by a mark on its command line.

    A mark and not a process id, because the id Playwright starts may be a script that starts the browser, and because
    the tree can then be ended from another thread even while the browser is still starting.
    """

    def __init__(self) -> None:
        self._switch = f"--rpa-browser={uuid.uuid4().hex}"

    @property
    def switch(self) -> str:
        """The command line switch to start the browser with."""
        return self._switch

    def memory(self) -> int:
        """Return the bytes resident in memory over all its processes."""
        total = 0
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def kill(self) -> None:
        """End every process at once; safe from any thread, and when none is left."""
        for process in list(self._processes()):
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _processes(self) -> Iterator[psutil.Process]:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if self._switch in process.cmdline():
                    yield from process.children(recursive=True)
                    yield process
