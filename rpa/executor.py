"""One attempt at one item, and the one place that turns what came of it into the item's next state."""

import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from loguru import logger
from pydantic import ValidationError

from rpa.bots import Bot
from rpa.db.away import is_away, is_own_away
from rpa.definition import Workflow
from rpa.evidence import Attachments, EvidenceStore
from rpa.exceptions import (
    BusinessException,
    ClaimLost,
    Differs,
    EvidenceLocked,
    GiveBack,
    InDoubt,
    NotApproved,
    NotFoundError,
    SignInHeld,
    SystemException,
    UsageError,
)
from rpa.item import Frame, Item
from rpa.journal import Journal, Journals
from rpa.library import WorkflowLibrary
from rpa.logs import diagnosis
from rpa.models import Actor, ActorKind, Claim, Ending, Job, Made, Write
from rpa.states import Failure, ItemState
from rpa.steps import StepKeeper, current_keeper


class BotPool(Protocol):
    """Hands out bots that are kept from item to item."""

    def get(self, bot: type[Bot]) -> Bot:
        """Return the bot of that class; it starts nothing before it is first used."""

    def settle(self, bots: tuple[type[Bot], ...]) -> float:
        """Return the longest settle time, in seconds, of the systems those bots act in."""

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Yield a masked screenshot of each page in use, with its system's name; one that can't be seen is left out."""

    def record(self, bots: Collection[type[Bot]], *, always: bool) -> None:
        """Record from now on what these bots do in systems that are to be traced, `always` in all of them."""

    def recorded(self) -> Iterator[tuple[str, bytes]]:
        """End what is recorded, and yield it in pieces with the system's name."""

    def forget_recorded(self) -> None:
        """End what is recorded, and keep nothing of it."""

    def reset(self) -> None:
        """Leave every page as a fresh one, so that a dialog left open doesn't fail the next item."""

    def leave_all_but(self, names: Collection[str]) -> bool:
        """Sign out of the systems that limit their sessions and aren't in `names`; return whether there were any."""

    def probe(self, bot: type[Bot]) -> bool:
        """Look whether the system of that bot answers, without signing in."""

    def guard(self, check: Callable[[], None]) -> None:
        """Let `check` have the last word before anything is sent to a system."""

    def kill(self) -> None:
        """End the browser at once, from any thread."""


class Permits(Protocol):
    """Says what an item may write."""

    def planned(self, workflow: Workflow[Any], job: Job, claim: Claim) -> Mapping[str, Write] | None:
        """Return what was approved for an item, None where nobody need have approved it.

        Raises:
            NotApproved: Somebody should have, and did not.
        """


@dataclass(frozen=True, slots=True)
class Executor:
    """Attempts items."""

    workflows: WorkflowLibrary
    journals: Journals
    evidence: EvidenceStore
    bots: BotPool
    job_of: Callable[[int], Job]
    jitter: Callable[[], float]
    permits: Permits
    made: Callable[[int], Mapping[str, Sequence[Made]]]
    """What a job has changed, by the key of the item, newest first."""

    def attempt(self, claim: Claim) -> Ending:
        """Attempt the item of a claim and return how it ended.

        Raises:
            ClaimLost: The item is no longer this slot's; nothing more may be done for it.
        """
        workflow = self.workflows.get(claim.workflow)
        journal = self.journals.of(claim, self.actor(claim))
        with logger.contextualize(job=claim.job_id, item=claim.item_id, attempt=claim.attempt):
            try:
                ending = Ending(ItemState.COMPLETED, outcome=self._run(workflow, claim, journal))
                self.bots.forget_recorded()  # only what fails is worth keeping
            except ClaimLost:
                raise
            except GiveBack:
                self.bots.forget_recorded()
                ending = Ending(ItemState.PENDING, given_back="the worker stops")
            except Exception as error:  # any fault of an author's code is an ending, never the end of the worker
                ending = self._failed(workflow, claim, error)
            return replace(ending, steps=journal.waiting)

    def actor(self, claim: Claim) -> Actor:
        """Return who acts in this attempt, for the record."""
        return Actor(ActorKind.BOT, claim.workflow)

    def _run(self, workflow: Workflow[Any], claim: Claim, journal: Journal) -> str:
        frame = self._frame(workflow, claim)
        item = Item(_row(workflow, claim), claim, journal, frame=frame)
        bots = [self.bots.get(bot) for bot in workflow.options.uses]
        self.bots.record(workflow.options.uses, always=workflow.options.trace)
        with _keeping(StepKeeper(journal, first_attempt=not frame.follows)):
            outcome = self._act(workflow, item, bots, reverses=self.job_of(claim.job_id).reverses)
        if not isinstance(outcome, str):
            raise UsageError(f"workflow {workflow.name} returned {type(outcome).__name__}, expected a few words")
        return outcome

    def _act(self, workflow: Workflow[Any], item: Item[Any], bots: list[Bot], *, reverses: int | None) -> str:
        if reverses is None:
            return workflow(item, *bots)
        workflow.put_back(item, bots, self.made(reverses).get(item.key, ()))
        return f"as it was before job {reverses}"

    def _frame(self, workflow: Workflow[Any], claim: Claim) -> Frame:
        job = self.job_of(claim.job_id)
        planned = None if job.dry_run else self.permits.planned(workflow, job, claim)
        return Frame(
            params=workflow.options.params.model_validate(job.params),
            dry_run=job.dry_run,
            settle=self.bots.settle(workflow.options.uses),
            follows=claim.follows,
            attachments=Attachments(self.evidence, claim.job_id, claim.item_id),
            planned=planned,
        )

    def _failed(self, workflow: Workflow[Any], claim: Claim, error: Exception) -> Ending:
        if is_own_away(error):  # nothing was written without its intent; the next attempt looks at what was begun
            self.bots.reset()
            return Ending(ItemState.PENDING, given_back="the database was away")
        self._keep_pictures(claim)
        self.bots.reset()
        return self._ending(workflow, claim, error)

    def _ending(self, workflow: Workflow[Any], claim: Claim, error: Exception) -> Ending:
        match error:
            case SignInHeld():  # the item is not to blame, and its system holds it back until somebody has looked
                return Ending(ItemState.PENDING, given_back=error.message, retry_at=error.until)
            case Differs():  # its message names fields and nothing else, so whoever sees to it may be told
                return Ending(ItemState.FAILED, outcome=error.message, failure=Failure.BUSINESS, code=error.code,
                              diagnosis=error.message)  # fmt: skip
            case BusinessException():
                return Ending(ItemState.FAILED, failure=Failure.BUSINESS, code=error.code)
            case InDoubt():
                return Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT")
            case SystemException():
                ending = self._again_or_failed(workflow, claim, error.code, diagnosis=error.message)
                return replace(ending, system=error.system)
            case NotApproved():
                return Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NOT_APPROVED", diagnosis=str(error))
            case UsageError() | NotFoundError() | EvidenceLocked():  # a setting, a key or the code must change
                return Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="NOT_SET_UP", diagnosis=str(error))
            case _:
                ending = self._again_or_failed(workflow, claim, "UNEXPECTED", diagnosis=diagnosis(error))
                return replace(ending, detail="".join(traceback.format_exception(error)))

    def _again_or_failed(self, workflow: Workflow[Any], claim: Claim, code: str, *, diagnosis: str) -> Ending:
        wait = workflow.options.retry.after(claim.attempt, self.jitter())
        if wait is None:
            return Ending(ItemState.FAILED, failure=Failure.SYSTEM, code=code, diagnosis=diagnosis)
        retry_at = self.journals.clock.now() + wait
        return Ending(ItemState.PENDING, code=code, retry_at=retry_at, diagnosis=diagnosis)

    def timed_out(self, claim: Claim) -> Ending:
        """Return the ending of an attempt that was ended from outside because it had had its time."""
        said = "the attempt took longer than its workflow allows, and its process was ended"
        return self._again_or_failed(self.workflows.get(claim.workflow), claim, "TIMEOUT", diagnosis=said)

    def _keep_pictures(self, claim: Claim) -> None:
        attachments = Attachments(self.evidence, claim.job_id, claim.item_id)
        try:
            for system, picture in self.bots.pictures():
                attachments.keep(picture, kind="screenshot", name=f"{system}.png")
            for system, piece in self.bots.recorded():
                attachments.keep(piece, kind="trace", name=f"{system}.zip")
        except Exception as error:
            if not (isinstance(error, OSError | EvidenceLocked) or is_away(error)):
                raise
            # a full disk, a lost connection or a missing key costs the picture, never what is known of the item
            logger.error("no picture could be kept: {}", type(error).__name__)


@contextmanager
def _keeping(keeper: StepKeeper) -> Iterator[None]:
    token = current_keeper.set(keeper)
    try:
        yield
    finally:
        current_keeper.reset(token)


def _row(workflow: Workflow[Any], claim: Claim) -> Any:
    try:
        return workflow.row_model.model_validate(claim.data)
    except ValidationError as error:
        fields = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise BusinessException("ROW_CHANGED", f"the stored row no longer fits {workflow.name}: {fields}") from None
