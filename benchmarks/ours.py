"""The library as a contestant: asked like the peers, and worked by the very command people use."""

import json
import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.peers.protocol import answer
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, NewItem, RowRef, Submission
from rpa.settings import load_settings

ADDRESS = os.environ.get("BENCH_ADDRESS", "")
FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
PROCEDURES = Path(__file__).with_name("procedures")
_JOBS = int(os.environ.get("BENCH_JOBS", "1"))


class Ours:
    """One installation in a folder of its own."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Submit items as a job, or as several of the same size."""
        some = [numbers[place::_JOBS] for place in range(_JOBS)]
        for part in some if numbers else ():
            items = [NewItem(one, {"number": one}, [RowRef("sheet", "Sheet1", row)]) for row, one in enumerate(part, 2)]
            self._desk.queue.submit(Submission(task, "1", Actor(ActorKind.PERSON, "bench"), items))

    def work(self) -> None:
        """Become `rpa work` with one slot."""
        os.environ |= {"RPA_DATABASE_URL": ADDRESS, "RPA_WORKFLOWS": json.dumps([str(PROCEDURES)])}
        command = ["work", "--slots", "1", "--dir", str(FOLDER), "--json"]
        os.execv(sys.executable, [sys.executable, "-m", "rpa.cli", *command])  # noqa: S606 - our own command

    def step_in(self) -> None:
        """Do nothing: nobody is needed."""

    @cached_property
    def _desk(self) -> Desk:
        return open_desk(load_settings(FOLDER, database_url=ADDRESS, workflows=(str(PROCEDURES),)))


if __name__ == "__main__":
    answer(Ours())
