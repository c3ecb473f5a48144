"""huey on SQLite (`fsync=True`: every commit on the disk) or on PostgreSQL, with one worker thread."""

import os
from collections.abc import Sequence

from huey import PostgresHuey, SqliteHuey
from marking import effect, mark
from protocol import Contestant, answer

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


class Huey(Contestant):
    """It has no call for many tasks."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Submit one by one."""
        for number in numbers:
            (nothing if task == "nothing" else have)(number)

    def work(self) -> None:
        """Run its consumer as `huey_consumer` does, with one worker."""
        huey.create_consumer(workers=1).run()

    def fill(self, number: int) -> None:
        """Put the bytes of a task into its table, a thousand rows a statement."""
        data = huey.serialize_task(nothing.s("1"))
        storage = huey.storage
        place, table = ("%s", "huey_task") if ADDRESS.startswith("postgresql") else ("?", "task")
        with storage.db(commit=True) as cursor:
            cursor.executemany(f"INSERT INTO {table} (queue, data) VALUES ({place}, {place})",  # noqa: S608 - constants
                               ((storage.name, data) for _ in range(number)))  # fmt: skip

    def claim(self) -> object:
        """Take a task off the queue, as the consumer does."""
        return huey.dequeue()


if __name__ == "__main__":
    answer(Huey())
