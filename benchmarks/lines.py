"""What a line of the log costs: as JSON and scrubbed, beside loguru's own file."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from loguru import logger

from benchmarks.figures import Figure, at_most, in_turn
from rpa.logs import set_up_logs

_ROUNDS = 1_000
_COME_BACK = "put back until 2026-11-26T09:00:01+00:00: HTTP_5XX the system answered 503"
_JOB = ("submitted for reconcile_appointments, rows: 10", *["started", "completed: already right"] * 9, "started",
        _COME_BACK, "started", "completed: moved", "completed: 10 done, 0 failed, 0 cancelled, 0 rejected")  # fmt: skip
"""The lines of a job of ten items, one of which comes back."""


def figures() -> Sequence[Figure]:
    """Return the processor time of a line, by what is in it."""
    found = []
    bar = at_most(1.6, "at most 1.60 of loguru's own")
    for name, lines, judged in (
        ("of a job of ten items", _JOB, bar),
        ("of an item that comes back", (_COME_BACK,), None),
    ):
        taken = in_turn({"ours": partial(_each, _ours, lines), "loguru": partial(_each, _plain, lines)}, 3, unit="µs")
        found.append(
            Figure(f"A line of the log {name}", taken["ours"], "µs", "loguru's own file", taken["loguru"], judged)
        )
    logger.remove()
    return found


def _ours(folder: Path) -> None:
    set_up_logs(folder, worker="0" * 32, slot=1)


def _plain(folder: Path) -> None:
    logger.remove()
    logger.configure(patcher=lambda _: None, extra={})
    logger.add(folder / "own.log")


def _each(set_up: Callable[[Path], None], lines: Sequence[str]) -> float:
    """Return the processor time of a line, in microseconds."""
    with TemporaryDirectory() as folder:
        set_up(Path(folder))
        with logger.contextualize(job=12, item=345, attempt=1):
            began = time.process_time()
            for _ in range(_ROUNDS * len(_JOB) // len(lines)):
                for line in lines:
                    logger.info(line)
            taken = time.process_time() - began
        logger.remove()
    return taken / (_ROUNDS * len(_JOB)) * 1e6
