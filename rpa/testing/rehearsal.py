"""Runs a workflow on given rows to its end, with the real queue, journal and record in a throw-away folder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rpa.audit import Pseudonyms, Record, Verification, verify
from rpa.audit.record import Origin
from rpa.bots import Bot
from rpa.clock import Clock, SystemClock, local
from rpa.connectors.spreadsheet import Row, Table
from rpa.db import Database
from rpa.db.migrations import migrate
from rpa.definition import Workflow
from rpa.evidence import EvidenceStore
from rpa.exceptions import NotFoundError
from rpa.executor import Executor
from rpa.journal import Journals
from rpa.library import WorkflowLibrary
from rpa.models import Actor, ActorKind, Effect, RowRef, Totals, WorkItem
from rpa.planning import Request, plan_submission
from rpa.queue import Queue
from rpa.views import Views

_LEASE = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=12)


class HandedBots:
    """Bots made by the test: real ones, or fakes that have the same methods."""

    def __init__(self, bots: Mapping[type[Bot], Any], *, settle: float = 0.0) -> None:
        self._bots = bots
        self._settle = settle

    def get(self, bot: type[Bot]) -> Any:
        """Return the bot handed in for that class."""
        if bot not in self._bots:
            raise NotFoundError(f"the test handed in no {bot.__name__}; give rehearse(..., bots={{{bot.__name__}: …}})")
        return self._bots[bot]

    def settle(self, bots: tuple[type[Bot], ...]) -> float:
        """Return the settle time the test chose, in seconds."""
        return self._settle

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing: a test looks at its own bots."""
        return iter(())

    def reset(self) -> None:
        """Do nothing: a test's bots keep what they were told."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it."""

    items: list[WorkItem]
    effects: list[Effect]
    totals: Totals
    record: Verification

    @property
    def outcomes(self) -> dict[str, str]:
        """How each item ended, by its key: the workflow's own words, or the code of a failure."""
        return {one.key: one.code or one.outcome or "" for one in self.items}


class PatientClock:
    """The machine's clock, but waiting costs nothing: a retry in ten minutes comes at once."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._ahead = timedelta()

    def now(self) -> Any:
        """Return the present, and whatever was waited for."""
        return self._real.now() + self._ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._real.monotonic() + self._ahead.total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let that many seconds have passed."""
        self._ahead += timedelta(seconds=seconds)


def rehearse(workflow: Workflow[Any], rows: Iterable[Mapping[str, Any]] | Mapping[str, Iterable[Mapping[str, Any]]], *,
             bots: Mapping[type[Bot], Any] | None = None, params: Mapping[str, Any] | None = None,
             dry_run: bool = False) -> Rehearsal:  # fmt: skip
    """Run a workflow on rows, retries and all, and return what came of it.

    Args:
        workflow: The workflow to try.
        rows: Rows as field name to value; for a workflow that plans from several inputs, rows by input name.
        bots: For each bot class the workflow uses, the bot to hand it: a real one or a fake.
        params: The job's parameters.
        dry_run: Whether changes are only planned.
    """
    clock = PatientClock()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = Database(f"sqlite:///{(Path(folder) / 'rpa.db').as_posix()}")
        try:
            migrate(database)
            return _run(workflow, _tables(workflow, rows), database, clock=clock, folder=Path(folder),
                        pool=HandedBots(bots or {}), params=params or {}, dry_run=dry_run)  # fmt: skip
        finally:
            database.close()


def _run(workflow: Workflow[Any], tables: Mapping[str, Table[Any]], database: Database, *, clock: Clock, folder: Path,
         pool: HandedBots, params: Mapping[str, Any], dry_run: bool) -> Rehearsal:  # fmt: skip
    by = Actor(ActorKind.PERSON, "rehearsal")
    request = Request(params, by, local(clock.now()).date(), dry_run)
    submission = plan_submission(workflow, tables, request)
    record, pseudonyms, views = (
        Record(Origin("here", "rehearsal", "0"), clock),
        Pseudonyms(b"rehearsal"),
        Views(database),
    )
    queue = Queue(database, record, pseudonyms, clock)
    evidence = EvidenceStore(folder / "evidence", database, record, clock=clock)
    journals = Journals(database, record, pseudonyms, clock)
    executor = Executor(WorkflowLibrary([workflow]), journals, evidence, pool, views.job, lambda: 0.0)
    job_id = queue.submit(submission)
    _work(queue, executor, clock, workflow.name, is_open=lambda: views.open_items() > 0)
    return Rehearsal(views.items(job_id), views.effects(job_id), views.totals(job_id), verify(database))


def _work(queue: Queue, executor: Executor, clock: Clock, name: str, *, is_open: Any) -> None:
    give_up = clock.now() + _LONGEST_WAIT
    while is_open() and clock.now() < give_up:
        claim = queue.claim("rehearsal", [name], lease=_LEASE)
        if claim is None:
            clock.sleep(30)
            continue
        queue.finish(claim, executor.attempt(claim), by=executor.actor(claim))


def _tables(workflow: Workflow[Any], rows: Any) -> dict[str, Table[Any]]:
    by_input = rows if isinstance(rows, Mapping) else {next(iter(workflow.inputs)): rows}
    return {name: _table(name, model, list(by_input[name])) for name, model in workflow.inputs.items()}


def _table(name: str, model: type[Row], rows: list[Mapping[str, Any]]) -> Table[Any]:
    made = tuple(
        model.model_validate(dict(row) | {"source": RowRef(name, "Rehearsal", number)})
        for number, row in enumerate(rows, 2)
    )
    return Table(name=name, file=f"{name}.xlsx", sha256="0" * 64, sheet="Rehearsal", header_row=1,
                 headings=tuple(model.model_fields), rows=made, rejected=())  # fmt: skip
