"""Runs a workflow on given rows to its end, with the real queue, journal and record in a throw-away folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rpa.audit import Verification
from rpa.bots import Bot
from rpa.connectors.spreadsheet import Row, Table
from rpa.definition import Workflow
from rpa.models import Effect, RowRef, Totals, WorkItem
from rpa.testing.stage import Stage


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it."""

    items: list[WorkItem]
    effects: list[Effect]
    totals: Totals
    record: Verification
    _stage: Stage = field(repr=False)
    _jobs: Sequence[int] = field(repr=False)

    @property
    def outcomes(self) -> dict[str, str]:
        """How each item ended, by its key: the workflow's own words, or the code of a failure."""
        return {one.key: one.code or one.outcome or "" for one in self.items}

    def apply(self) -> "Rehearsal":
        """Carry out what was only planned, as if a second person had approved it: the canary, then the rest.

        As in real work, the rest is not begun when one of the first items isn't done well.

        Raises:
            UsageError: This was no plan, it would change nothing, or it was carried out before.
        """
        return _told(self._stage, self._stage.apply(self._jobs))

    def reverse(self) -> "Rehearsal":
        """Plan to put back what was changed here, as the workflow's `@….reverse` says; `apply` carries that out.

        Raises:
            UsageError: The workflow doesn't say how, or nothing was changed.
        """
        return _told(self._stage, self._stage.reverse(self._jobs))


def rehearse(workflow: Workflow[Any], rows: Iterable[Mapping[str, Any]] | Mapping[str, Iterable[Mapping[str, Any]]], *,
             bots: Mapping[type[Bot], Any] | None = None, params: Mapping[str, Any] | None = None,
             dry_run: bool = False) -> Rehearsal:  # fmt: skip
    """Run a workflow on rows, retries and all, and return what came of it.

    What needs approval is only planned, as with `dry_run`; `apply()` of what comes back carries it out.

    Args:
        workflow: The workflow to try.
        rows: Rows as field name to value; for a workflow that plans from several inputs, rows by input name.
        bots: For each bot class the workflow uses, the bot to hand it: a real one or a fake.
        params: The job's parameters.
        dry_run: Whether changes are only planned.

    Raises:
        UsageError: An item ended with a code that the workflow does not explain.
    """
    stage = Stage(workflow, bots or {})
    return _told(stage, [stage.run(_tables(workflow, rows), params or {}, dry_run=dry_run)])


def _told(stage: Stage, jobs: Sequence[int]) -> Rehearsal:
    return Rehearsal(*stage.look(jobs), stage, jobs)


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
