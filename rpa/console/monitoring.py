"""Metrics for Prometheus, and whether the console is alive and ready; none of it tells of a patient."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.audit.sealer import latest_seal
from rpa.console.addresses import alone
from rpa.console.door import Door
from rpa.console.visit import Site
from rpa.db.console_tables import Role
from rpa.db.tables import job
from rpa.desk import Desk
from rpa.health import disk_of

# In the words of the index of open jobs, so that SQLite uses it.
_OPEN: ColumnElement[bool] = literal_column("job.state = 'open'")


def make_monitoring(site: Site, door: Door) -> ASGIApp:
    """Put together what monitoring asks."""

    async def metrics(request: Request) -> Response:
        return await door.in_thread(lambda: _metrics(site, request))

    async def ready(_request: Request) -> Response:
        return await door.in_thread(lambda: _ready(site.desk))

    async def live(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    return alone(
        Starlette(routes=[Route("/metrics", metrics), Route("/health/live", live), Route("/health/ready", ready)])
    )


def _metrics(site: Site, request: Request) -> Response:
    if not _may(site, request):
        said = "expected `Authorization: Bearer …` with a token of an operator\n"
        return PlainTextResponse(said, 401, {"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Desk(site.desk))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _may(site: Site, request: Request) -> bool:
    """Return whether somebody may see the metrics: everybody on this machine, and an operator's token elsewhere."""
    if not site.is_secure:  # then nobody comes here but from this machine
        return True
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    bearer = site.tokens.find(secret.strip()) if kind.casefold() == "bearer" else None
    return bearer is not None and bearer.token.role is Role.OPERATOR


def _ready(desk: Desk) -> Response:
    try:
        with desk.database.reading() as connection:
            connection.execute(select(1))
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer\n", 503)
    return PlainTextResponse("ready\n")


class _Desk(Collector):
    """Reads what is cheap to read, whatever there is of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        yield self._open()
        yield self._oldest()
        yield self._failed()
        yield from self._workers()
        yield from self._systems()
        yield self._sealed()
        yield from self._checked()
        yield from self._disk()

    def _open(self) -> Metric:
        made = GaugeMetricFamily("rpa_items_open", "Items that wait or run.", labels=["workflow"])
        # Added up here: to group them, SQLite would read all jobs by an index that has them in order.
        wanted = select(job.c.workflow, job.c.open_items).where(_OPEN)
        counts: Counter[str] = Counter()
        with self._desk.database.reading() as connection:
            for workflow, number in connection.execute(wanted):
                counts[workflow] += number
        for workflow, number in sorted(counts.items()):
            made.add_metric([workflow], number)
        return made

    def _oldest(self) -> Metric:
        made = GaugeMetricFamily("rpa_oldest_open_job_seconds", "Age of the oldest job that is not done; 0 for none.")
        oldest = select(job.c.submitted_at).where(_OPEN).order_by(job.c.id).limit(1)
        with self._desk.database.reading() as connection:
            since = connection.execute(oldest).scalar()
        made.add_metric([], 0 if since is None else max((self._desk.clock.now() - since).total_seconds(), 0))
        return made

    def _failed(self) -> Metric:
        labels = ["workflow", "failure", "code"]
        made = GaugeMetricFamily("rpa_items_need_person", "Items that need a person.", labels=labels)
        for one in self._desk.lists.causes():
            made.add_metric([one.cause.workflow, one.cause.failure, one.cause.code], one.items)
        return made

    def _workers(self) -> Iterator[Metric]:
        found = self._desk.workers.at_work()
        silent = self._desk.leases.shared_now() - 2 * self._desk.lease
        quiet = sum(one.is_gone or one.seen_at is None or one.seen_at < silent for one in found)
        yield GaugeMetricFamily("rpa_workers", "Workers and slots that have not ended.", len(found))
        yield GaugeMetricFamily("rpa_workers_silent", "Those of them without a sign of life.", quiet)
        busy = sum(one.item_id is not None for one in found)
        yield GaugeMetricFamily("rpa_slots_busy", "Slots that have an item in hand.", busy)

    def _systems(self) -> Iterator[Metric]:
        usable = GaugeMetricFamily("rpa_system_open", "Whether a system may be used now.", labels=["system"])
        faults = GaugeMetricFamily("rpa_system_faults", "Faults in a row of a system.", labels=["system"])
        with self._desk.database.reading() as connection:
            states = self._desk.gates.states(connection)
        for one in states:
            usable.add_metric([one.name], float(one.why_not is None))
            faults.add_metric([one.name], one.faults)
        yield usable
        yield faults

    def _sealed(self) -> Metric:
        with self._desk.database.reading() as connection:
            newest = latest_seal(connection)
        at = 0.0 if newest is None else newest.sealed_at.timestamp()
        return GaugeMetricFamily(
            "rpa_record_sealed_timestamp_seconds", "When the record was last sealed; 0 for never.", at
        )

    def _checked(self) -> Iterator[Metric]:
        newest = KeptChecks(self._desk.database, self._desk.clock).newest()
        at = newest.ended_at.timestamp() if newest is not None and newest.ended_at is not None else 0.0
        yield GaugeMetricFamily(
            "rpa_record_checked_timestamp_seconds", "When a check of the whole record last ended; 0 for never.", at
        )
        said = "Whether that check found the record whole, unproved or broken: 1 for what it found."
        results = GaugeMetricFamily("rpa_record_check", said, labels=["result"])
        for one in (Result.WHOLE, Result.UNPROVED, Result.BROKEN):
            results.add_metric([one], float(newest is not None and newest.result is one))
        yield results

    def _disk(self) -> Iterator[Metric]:
        disk = disk_of(self._desk.settings.dir)
        yield GaugeMetricFamily("rpa_disk_free_bytes", "What is free where the data is.", disk.free)
        yield GaugeMetricFamily("rpa_disk_total_bytes", "How large that disk is.", disk.total)
