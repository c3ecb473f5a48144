"""The library as a contestant: asked like the peers, and worked by the very command people use."""

import json
import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from sqlalchemy import text

from benchmarks.peers.protocol import Contestant, answer
from rpa.audit.record import first_prev
from rpa.db.types import canonical
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, NewItem, RowRef, Submission
from rpa.settings import load_settings
from rpa.states import ItemState

ADDRESS = os.environ.get("BENCH_ADDRESS", "")
FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
PROCEDURES = Path(__file__).with_name("procedures")
_JOBS = int(os.environ.get("BENCH_JOBS", "1"))

_JOB = (
    "INSERT INTO job (id, workflow, version, state, dry_run, requested_by, params, inputs, input_digest, rows_in,"
    " open_items, submitted_at) VALUES (1, 'nothing', '1', 'open', 0, 'bench', '{}', '[]', '', :number, :number, :now)"
)
_ITEMS = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number)"
    " INSERT INTO item (job_id, workflow, key, data, state, available_at, updated_at, turn)"
    " SELECT 1, 'nothing', CAST(n AS VARCHAR), :data, 'pending', :now, :now, n FROM numbers"
)


class Ours(Contestant):
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
        os.execv(sys.executable, [sys.executable, "-m", "rpa.cli", *command])

    def fill(self, number: int) -> None:
        """Insert the items of a job by one statement, as a submission would have left them."""
        now = int(self._desk.clock.now().timestamp() * 1_000_000)
        with self._desk.database.transaction() as connection:
            connection.execute(text(_JOB), {"now": now, "number": number})
            connection.execute(text(_ITEMS), {"now": now, "number": number, "data": canonical({"number": "1"})})
            connection.execute(text("INSERT INTO chain (run, size, head) VALUES ('job-1', 0, :head)"),
                               {"head": first_prev("job-1")})  # fmt: skip

    def claim(self) -> object:
        """Claim an item, under a lease and with its event in the record."""
        return self._desk.queue.claim("bench", ["nothing", "effect"], lease=self._desk.lease)

    def step_in(self) -> None:
        """Say `rpa retry` to what three kills have hit: that goes to a person."""
        views = self._desk.views
        failed = [one.id for job in views.jobs() for one in views.items(job.id, states=[ItemState.FAILED])]
        self._desk.queue.retry(failed, by=Actor(ActorKind.PERSON, "bench"), why="looked at")

    @cached_property
    def _desk(self) -> Desk:
        return open_desk(load_settings(FOLDER, database_url=ADDRESS, workflows=(str(PROCEDURES),)))


if __name__ == "__main__":
    answer(Ours())
