"""huey on SQLite (`fsync=True`: every commit on the disk) or on PostgreSQL, with one worker thread."""

import os
from collections.abc import Sequence

from huey import PostgresHuey, SqliteHuey
from marking import effect, mark
from protocol import answer

ADDRESS = os.environ["BENCH_ADDRESS"]
huey = PostgresHuey(dsn=ADDRESS) if ADDRESS.startswith("postgresql") else SqliteHuey(filename=ADDRESS, fsync=True)


@huey.task()
def nothing(number: str) -> None:
    """Do nothing."""
    mark()


@huey.task(name="effect")
def have(number: str) -> None:
    """Have one effect."""
    effect(number)


class Huey:
    """It has no call for many tasks."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Submit one by one."""
        for number in numbers:
            (nothing if task == "nothing" else have)(number)

    def work(self) -> None:
        """Run its consumer as `huey_consumer` does, with one worker."""
        huey.create_consumer(workers=1).run()

    def step_in(self) -> None:
        """Do nothing: a task is deleted before it is run, so there is nothing left to be found."""


if __name__ == "__main__":
    answer(Huey())
