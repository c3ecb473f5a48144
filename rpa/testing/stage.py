"""A throw-away installation that a rehearsal works in, with somebody in it who approves its plans.

It has a database of its own and acts through the bots that the test handed in, and through nothing else.
"""

import secrets
import shutil
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from rpa.approvals import ChangeSet, Signer, change_set_of
from rpa.audit import Verification, verify
from rpa.bots import Bot
from rpa.clock import local
from rpa.codes import is_explained
from rpa.connectors.spreadsheet import Table
from rpa.definition import Workflow
from rpa.desk import Desk, open_desk
from rpa.exceptions import UsageError
from rpa.library import WorkflowLibrary
from rpa.models import Actor, ActorKind, Effect, Job, Submission, Totals, WorkItem
from rpa.planning import Request, plan_submission
from rpa.settings import load_settings
from rpa.states import EffectState, Failure, ItemState
from rpa.testing.handed import HandedBots, PatientClock

_REHEARSER = Actor(ActorKind.PERSON, "rehearsal")
_CHANGED = (EffectState.MADE, EffectState.CONFIRMED)
_SECOND = "Second Person"
_LEASE = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=12)


class Stage:
    """Runs one workflow; its folder is there for as long as somebody holds the stage."""

    def __init__(self, workflow: Workflow[Any], bots: Mapping[type[Bot], Any]) -> None:
        self._workflow = workflow
        self._bots = HandedBots(bots)
        self._clock = PatientClock()
        self._passphrase = secrets.token_hex(16)
        self._folder = Path(mkdtemp())
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def run(self, tables: Mapping[str, Table[Any]], params: Mapping[str, Any], *, dry_run: bool) -> int:
        """Do the rows to their end, or plan them where a second person must see it first; return the job."""
        with self._open() as desk:
            request = Request(params, _REHEARSER, local(self._clock.now()).date(), dry_run)
            submission = plan_submission(self._workflow, tables, request)
            if self._must_be_approved(submission):
                submission = plan_submission(self._workflow, tables, replace(request, dry_run=True))
            job_id = desk.queue.submit(submission)
            self._work(desk)
            return job_id

    def apply(self, plans: Sequence[int]) -> list[int]:
        """Approve the plans as a second person and carry them out; return the jobs that did it.

        Raises:
            UsageError: One is no plan, none would change anything, or they were carried out before.
        """
        with self._open() as desk:
            found = [change_set_of(desk.views, plan) for plan in plans]
            worth_it = [plan for plan in found if plan.changes] or found[:1]
            return [job for plan in worth_it for job in self._carry_out(desk, plan)]

    def reverse(self, jobs: Sequence[int]) -> list[int]:
        """Plan to put back what these jobs changed, the last one first; return the plans.

        Raises:
            UsageError: One can't be put back.
        """
        with self._open() as desk:
            changed = [job for job in jobs if any(one.state in _CHANGED for one in desk.views.effects(job))] or jobs[:1]
            plans = [desk.reverse(job, by=_REHEARSER).job.id for job in reversed(changed)]
            self._work(desk)
            return plans

    def look(self, jobs: Sequence[int]) -> tuple[list[WorkItem], list[Effect], Totals, Verification]:
        """Return what came of these jobs.

        Raises:
            UsageError: An item ended with a code that nobody would understand: a mistake in the workflow.
        """
        with self._open() as desk:
            items = [one for job in jobs for one in desk.views.items(job)]
            _check_codes(self._workflow, items)
            effects = [one for job in jobs for one in desk.views.effects(job)]
            return items, effects, _together([desk.views.totals(job) for job in jobs]), verify(desk.database)

    @contextmanager
    def _open(self) -> Iterator[Desk]:
        settings = load_settings(self._folder, workflows=(), database_url=None)
        with closing(open_desk(settings, self._clock)) as desk:
            yield replace(desk, workflows=WorkflowLibrary([self._workflow]))

    def _must_be_approved(self, submission: Submission) -> bool:
        needs = self._workflow.options.approval
        return needs is not None and sum(one.settled is None for one in submission.items) > needs.above

    def _carry_out(self, desk: Desk, plan: ChangeSet) -> list[int]:
        desk.approvals.approve(plan, by=self._second(desk), holds=_LONGEST_WAIT)
        first = self._apply(desk, plan)
        done = all(one.state is ItemState.COMPLETED for one in desk.views.items(first.id))
        there_is_more = len(desk.views.items(first.id)) < len({one.key for one in plan.changes})
        # As in real work: the rest is not begun when one of the first items was not done well.
        return [first.id, self._apply(desk, plan, rest=True).id] if done and there_is_more else [first.id]

    def _apply(self, desk: Desk, plan: ChangeSet, *, rest: bool = False) -> Job:
        job = desk.apply(plan.job_id, by=_REHEARSER, rest=rest).job
        self._work(desk)
        return job

    def _second(self, desk: Desk) -> Signer:
        approvers = desk.approvals.approvers
        if not approvers.all():
            approvers.add(_SECOND, self._passphrase, by=Actor(ActorKind.PERSON, _SECOND))
        return approvers.sign_in(_SECOND, self._passphrase)

    def _work(self, desk: Desk) -> None:
        executor = desk.executor(self._bots)
        give_up = self._clock.now() + _LONGEST_WAIT
        while desk.views.open_items() > 0 and self._clock.now() < give_up:
            claim = desk.queue.claim("rehearsal", desk.workflows.names, lease=_LEASE)
            if claim is None:
                self._clock.sleep(30)
                continue
            desk.queue.finish(claim, executor.attempt(claim), by=executor.actor(claim))


def _check_codes(workflow: Workflow[Any], items: Sequence[WorkItem]) -> None:
    own = workflow.options.codes
    failed = {one.code for one in items if one.failure is Failure.BUSINESS and one.code}
    unknown = sorted(code for code in failed if not is_explained(code, own))
    if unknown:
        raise UsageError(
            f"{workflow.name} ended an item with the code {' and '.join(unknown)}, expected one of its codes "
            f"({', '.join(own) or 'none'}): add it to codes=… of @workflow, or whoever gets the sheet back is told "
            "nothing of what to do"
        )


def _together(all_totals: Sequence[Totals]) -> Totals:
    return Totals(**{one.name: sum(getattr(each, one.name) for each in all_totals) for one in fields(Totals)})
