"""procrastinate on PostgreSQL, one job at a time, woken by LISTEN/NOTIFY."""

import asyncio
import os
from collections.abc import Sequence

import psycopg
from marking import effect, mark
from procrastinate import App, PsycopgConnector, sql
from protocol import Contestant, answer

ADDRESS = os.environ["BENCH_ADDRESS"]
app = App(connector=PsycopgConnector(conninfo=ADDRESS))
_SILENT_SECONDS = 30.0


@app.task(name="nothing")
def nothing(number: str) -> None:
    """Do nothing."""
    mark()


@app.task(name="effect")
def have(number: str) -> None:
    """Have one effect."""
    effect(number)


class Procrastinate(Contestant):
    """Submitting uses its synchronous calls, the worker its asynchronous ones."""

    def __init__(self) -> None:
        self._is_open = False

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Defer them as one batch."""
        self._open()
        if numbers:
            app.configure_task(task).batch_defer(*({"number": number} for number in numbers))

    def work(self) -> None:
        """Run its worker."""
        app.run_worker(concurrency=1, listen_notify=True)

    def fill(self, number: int) -> None:
        """Insert them by one statement."""
        with psycopg.connect(ADDRESS) as connection:
            connection.execute("ALTER TABLE procrastinate_jobs DISABLE TRIGGER USER")
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
                " SELECT 'default', 'nothing', '{\"number\": \"1\"}'::jsonb FROM generate_series(1, %s)", (number,),
            )  # fmt: skip
            connection.execute("ALTER TABLE procrastinate_jobs ENABLE TRIGGER USER")

    def claim(self) -> object:
        """Ask for a job by the statement of its worker."""
        return app.connector.get_sync_connector().execute_query_one(
            sql.queries["fetch_job"], queues=None, worker_id=None
        )

    def step_in(self) -> None:
        """Put back what it lists as stalled, as its documentation advises for a task of one's own."""
        asyncio.run(_retry_stalled())

    def _open(self) -> None:
        if not self._is_open:
            app.open()
            self._is_open = True
            if not app.check_connection():
                app.schema_manager.apply_schema()


async def _retry_stalled() -> None:
    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
            await app.job_manager.retry_job(job)


if __name__ == "__main__":
    answer(Procrastinate())
