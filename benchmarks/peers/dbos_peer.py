"""DBOS on SQLite or PostgreSQL: a workflow in a registered queue, each process with an executor id of its own."""

import os
import threading
from collections.abc import Sequence

from dbos import DBOS, DBOSConfig
from marking import effect, mark
from protocol import Contestant, answer

CONFIG: DBOSConfig = {
    "name": "peer",
    "system_database_url": os.environ["BENCH_ADDRESS"],
    "executor_id": os.environ.get("BENCH_WORKER", "submitter"),
    "application_version": "1",
    "log_level": "ERROR",
    "console_log_level": "ERROR",
}
ALL_AT_ONCE, ONE_BY_ONE = "items", "effects"
"""Its default takes all that waits; an effect is had by one at a time, as in the other engines."""


@DBOS.workflow(name="nothing")
def nothing(number: str) -> None:
    """Do nothing."""
    mark()


@DBOS.step(name="effect_step")
def have(number: str) -> None:
    """Have one effect."""
    effect(number)


@DBOS.workflow(name="effect")
def have_one(number: str) -> None:
    """Have one effect, in a step: what is done when the step is recorded is not done again."""
    have(number)


class Durable(Contestant):
    """It has no call for many workflows."""

    def __init__(self) -> None:
        self._is_launched = False

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Enqueue one by one."""
        self._launch()
        for number in numbers:
            if task == "nothing":
                DBOS.enqueue_workflow(ALL_AT_ONCE, nothing, number)
            else:
                DBOS.enqueue_workflow(ONE_BY_ONE, have_one, number)

    def work(self) -> None:
        """Listen to the queues."""
        self._launch()
        threading.Event().wait()

    def left(self) -> bool:
        """Look for a workflow that waits or runs."""
        return bool(DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1))

    def _launch(self) -> None:
        if self._is_launched:
            return
        DBOS(config=CONFIG)
        submits = CONFIG["executor_id"] == "submitter"
        if submits:
            DBOS.listen_queues([])
        DBOS.launch()
        DBOS.register_queue(ALL_AT_ONCE)
        DBOS.register_queue(ONE_BY_ONE, worker_concurrency=1, polling_interval_sec=0.05)
        self._is_launched = True


if __name__ == "__main__":
    answer(Durable())
