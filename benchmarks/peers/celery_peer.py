"""Celery on Redis, whose log is written to the disk at each command; one prefork process, results ignored.

`BENCH_LATE=1` takes tasks off the queue after they were run (`acks_late`), and gives them to another worker when they
were not acknowledged within the visibility timeout.
"""

import os
import sys
from collections.abc import Sequence

from celery import Celery, group
from marking import effect, mark
from protocol import Contestant, answer

LATE = os.environ.get("BENCH_LATE") == "1"
app = Celery("peer", broker=os.environ["BENCH_ADDRESS"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=LATE,
    task_reject_on_worker_lost=LATE,
    worker_prefetch_multiplier=1 if LATE else 4,
    broker_transport_options={"visibility_timeout": 10} if LATE else {},
    broker_connection_retry_on_startup=True,
)


@app.task(name="nothing")
def nothing(number: str) -> None:
    """Do nothing."""
    mark()


@app.task(name="effect")
def have(number: str) -> None:
    """Have one effect."""
    effect(number)


class OnRedis(Contestant):
    """Tasks are sent as a group, which uses one connection."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Send them."""
        if numbers:
            group((nothing if task == "nothing" else have).s(number) for number in numbers).apply_async()

    def work(self) -> None:
        """Become its worker."""
        command = [
            "-A",
            "celery_peer",
            "worker",
            "--concurrency=1",
            "--loglevel=ERROR",
            f"--hostname=w{os.getpid()}@%h",
        ]
        os.execv(sys.executable, [sys.executable, "-m", "celery", *command])


if __name__ == "__main__":
    answer(OnRedis())
