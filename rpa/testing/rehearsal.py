"""Runs a workflow on given rows to its end, with the real queue, journal and record in a throw-away folder."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rpa.audit import Verification, verify
from rpa.bots import Bot
from rpa.clock import SystemClock, local
from rpa.connectors.spreadsheet import Row, Table
from rpa.definition import Workflow
from rpa.desk import Desk, open_desk
from rpa.exceptions import NotFoundError
from rpa.library import WorkflowLibrary
from rpa.models import Actor, ActorKind, Effect, RowRef, Totals, WorkItem
from rpa.planning import Request, plan_submission
from rpa.settings import load_settings

_REHEARSER = Actor(ActorKind.PERSON, "rehearsal")
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

    def record(self, bots: Collection[type[Bot]], *, always: bool) -> None:
        """Do nothing: a test looks at its own bots."""

    def recorded(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())

    def forget_recorded(self) -> None:
        """Do nothing."""

    def reset(self) -> None:
        """Do nothing: a test's bots keep what they were told."""

    def leave_all_but(self, names: Collection[str]) -> bool:
        """Leave nothing: a test's bots stay signed in."""
        return False

    def probe(self, bot: type[Bot]) -> bool:
        """Find every system well."""
        return True

    def guard(self, check: Callable[[], None]) -> None:
        """Do nothing: nobody else works on the items of a test."""

    def kill(self) -> None:
        """Do nothing: a rehearsal has no watch that ends a browser."""


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
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        closing(open_desk(load_settings(Path(folder), workflows=(), database_url=None), clock)) as opened,
    ):
        desk = replace(opened, workflows=WorkflowLibrary([workflow]))
        request = Request(params or {}, _REHEARSER, local(clock.now()).date(), dry_run)
        job_id = desk.queue.submit(plan_submission(workflow, _tables(workflow, rows), request))
        _work(desk, HandedBots(bots or {}), clock)
        views = desk.views
        return Rehearsal(views.items(job_id), views.effects(job_id), views.totals(job_id), verify(desk.database))


def _work(desk: Desk, bots: HandedBots, clock: PatientClock) -> None:
    executor = desk.executor(bots)
    give_up = clock.now() + _LONGEST_WAIT
    while desk.views.open_items() > 0 and clock.now() < give_up:
        claim = desk.queue.claim("rehearsal", desk.workflows.names, lease=_LEASE)
        if claim is None:
            clock.sleep(30)
            continue
        desk.queue.finish(claim, executor.attempt(claim), by=executor.actor(claim))


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
