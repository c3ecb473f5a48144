"""One installation, opened from its settings: what every face of the library (commands, console, tests) works with."""

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from random import SystemRandom
from typing import Any

from sqlalchemy import Connection

from rpa.approvals import (
    Approvals,
    LeftBehind,
    Permits,
    change_set_of,
    failed_items,
    look_of,
    made_by_key,
    newest_look,
    note_look,
    reversal_of,
    submission_of,
)
from rpa.audit import Event, Pseudonyms, Record
from rpa.audit.events import own_words
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.calendars import Calendar
from rpa.cause_notes import CauseNotes
from rpa.clock import Clock, SystemClock, local
from rpa.crew import Crew
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.db.migrations import migrate
from rpa.db.waking import waker_of
from rpa.definition import Workflow
from rpa.evidence import EvidenceKeys, EvidenceStore
from rpa.exceptions import SameInput, UsageError
from rpa.executor import BotPool, Executor
from rpa.gates import Gates
from rpa.journal import Journals
from rpa.library import WorkflowLibrary, load_workflows
from rpa.lists import Lists
from rpa.machines import Machines
from rpa.mappings import Mappings
from rpa.models import AS_USUAL, Actor, Claim, Job, RowRef, Submission, Timing
from rpa.planning import Request, name_files, plan_submission, read_tables
from rpa.probing import Prober
from rpa.queue import Queue
from rpa.resubmission import Resubmission, find_returned
from rpa.results import EarlierRow, earlier_rows
from rpa.sealing import Sealing, anchors_of, archives_of, has_seals, keys_of
from rpa.secrets import Credential, Secrets
from rpa.settings import Settings
from rpa.sign_ins import SignIns
from rpa.sign_ins.digests import Digests
from rpa.states import JobState
from rpa.systems import Systems
from rpa.turns import Turns
from rpa.views import Views, has_items
from rpa.watch import Watch
from rpa.worker import Report, Telling, Worker
from rpa.workers import Identity, Workers, account_name, this_process
from rpa.workflow_pauses import WorkflowPauses


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of one installation, each with its own work."""

    settings: Settings
    clock: Clock
    me: Identity
    database: Database
    record: Record
    pseudonyms: Pseudonyms
    queue: Queue
    views: Views
    lists: Lists
    evidence: EvidenceStore
    leases: LeaseClock
    systems: Systems
    gates: Gates
    turns: Turns
    workers: Workers
    machines: Machines
    workflow_pauses: WorkflowPauses
    cause_notes: CauseNotes
    workflows: WorkflowLibrary
    sealing: Sealing

    def submit(self, workflow_name: str, files: Sequence[str], *, by: Actor, params: Mapping[str, Any] | None = None,
               dry_run: bool = False, again: bool = False, timing: Timing = AS_USUAL, password_secret: str = "",
               also: Callable[[Connection, int], None] | None = None) -> "Submitted":  # fmt: skip
        """Read the files, plan the cases and store the job.

        A results workbook that comes back is read against the job it tells of: only what is marked in it runs.
        The same bytes with the same parameters are one job: the job they made is returned, unless `again`.
        `password_secret` names the secret that opens protected workbooks; the settings know the usual one.
        `also` writes in the transaction that makes the job, as in `Queue.submit`.

        Raises:
            UsageError: The files or parameters are not what the workflow takes; nothing was submitted.
        """
        workflow = self.workflows.get(workflow_name)
        password = self._password(workflow_name, password_secret)
        request = Request(params or {}, by, local(self.clock.now()).date(), dry_run, timing=timing, password=password,
                          calendar=self.calendar)  # fmt: skip
        submission, paths, marked = self._read(workflow, files, request)
        refuse_unplanned(workflow, submission)
        before = None if again else self.views.same_input(workflow.name, submission.input_digest)
        if before is not None:
            return Submitted(before, is_new=False)
        contents = [(path.name, path.read_bytes()) for path in paths]
        for _, content in contents:
            self.evidence.store(content)  # kept before the job exists, so that no job is without what it was made of
        try:
            job_id = self.queue.submit(replace(submission, one_job=not again), also=also)
        except SameInput as same:  # somebody sent it in this very moment
            return Submitted(self.views.job(same.job_id), is_new=False)
        for name, content in contents:
            self.evidence.keep(content, kind="input", name=name, job_id=job_id)
        keys = {one.key for one in submission.items}
        left = [row for path in paths for row in earlier_rows(self.views, workflow.name, path, marked, keys=keys)]
        return Submitted(self.views.job(job_id), is_new=True, earlier=left)

    def _read(self, workflow: Workflow[Any], files: Sequence[str],
              request: Request) -> tuple[Submission, list[Path], set[RowRef]]:  # fmt: skip
        """Return what is to be stored, the files it is made of, and the rows of a sheet that a person has marked."""
        returned = find_returned(workflow, files, self.views, password=request.password)
        if returned is not None:
            also = self.mappings.of(workflow)
            resubmission = Resubmission(workflow, self.views, self.evidence, self.secrets, also)
            return resubmission.make(returned, request), [returned.path], set()
        named = name_files(workflow, files)
        tables = read_tables(workflow, named, also=self.mappings.of(workflow), password=request.password)
        marked = {row.source for table in tables.values() for row in table if row.resubmit}
        return plan_submission(workflow, tables, request), list(named.values()), marked

    def _password(self, workflow: str, secret: str) -> Credential | None:
        name = secret or self.settings.workbook_passwords.get(workflow, "")
        return self.secrets.get(name) if name else None

    @property
    def secrets(self) -> Secrets:
        """Sign-ins and passwords, looked up anew each time."""
        return Secrets(self.settings.secrets_dir, self.clock)

    def apply(self, job_id: int, *, by: Actor, rest: bool = False) -> "Submitted":
        """Make the job that carries out a plan which somebody else has approved; its canary first, then the rest.

        Raises:
            NotApproved: No approval of it holds.
            UsageError: It can't be carried out as it stands.
        """
        plan = change_set_of(self.views, job_id)
        self.approvals.check(plan)
        submission = submission_of(self.database, self.workflows.get(plan.workflow), plan, by=by, rest=rest)
        try:
            return Submitted(self.views.job(self.queue.submit(submission)), is_new=True)
        except SameInput as same:
            return Submitted(self.views.job(same.job_id), is_new=False)

    def look_again(self, job_id: int, *, by: Actor) -> "Submitted":
        """Plan the items of a plan once more, to see what has changed since; a look that is under way is the same one.

        Raises:
            UsageError: It is no plan that is done, or was made by other code.
        """
        plan = change_set_of(self.views, job_id)
        submission = look_of(self.database, self.workflows.get(plan.workflow), plan, by=by)
        also = partial(note_look, plan_id=job_id)
        try:
            return Submitted(self.views.job(self.queue.submit(submission, also=also)), is_new=True)
        except SameInput as same:
            return Submitted(self.views.job(same.job_id), is_new=False)

    def last_look(self, job_id: int, *, by: Actor) -> Job | None:
        """Return the newest look at a plan; rows it got no answer for are taken back, for nobody has to see to them."""
        found = newest_look(self.database, job_id)
        if found is not None and found.state is JobState.COMPLETED:
            left = failed_items(self.views, found)
            if left:
                self.queue.cancel(left, by=by, why="only looked at")
        return found

    def reverse(self, job_id: int, *, by: Actor, why: str | None = None, again: bool = False) -> "Submitted":
        """Make the plan that would put back what a job changed; it is approved and applied like any other.

        Raises:
            UsageError: The job can't be put back, changed nothing, or was put back already.
        """
        old = self.views.job(job_id)
        found = reversal_of(self.database, self.workflows.get(old.workflow), job_id, by=by)

        def note(connection: Connection, number: int) -> None:
            told = Event("job.reversal_planned", by, facts={"reversal": number}, payload=own_words(why))
            self.record.append(connection, old.run, told)

        try:
            made = self.queue.submit(replace(found.submission, one_job=not again), also=note)
        except SameInput as same:
            return Submitted(self.views.job(same.job_id), is_new=False, left_behind=found.left_behind)
        return Submitted(self.views.job(made), is_new=True, left_behind=found.left_behind)

    @property
    def approvals(self) -> Approvals:
        """Decisions on plans."""
        return Approvals(self.database, self.record, self.clock, key_for=self.pseudonyms.key_for,
                         organisation=self.settings.console.organisation)  # fmt: skip

    @property
    def calendar(self) -> Calendar:
        """The trust's working days."""
        return Calendar(**dict(self.settings.calendar))

    def map_headings(self, workflow: str, name: str, told: Mapping[str, str], *, by: Actor) -> Path:
        """Take headings of somebody's own for those of an input from now on, and return where that is kept.

        Who said so is recorded: what stands under such a heading may be written into a system.

        Raises:
            UsageError: There is no such input, or no such heading in it.
        """
        path = self.mappings.save(self.workflows.get(workflow), name, told)
        facts = {"workflow": workflow, "input": name, "headings": dict(told)}
        with self.database.transaction() as connection:
            self.record.append(connection, SYSTEM_RUN, Event("headings.saved", by, facts=facts))
        return path

    @property
    def mappings(self) -> Mappings:
        """Headings that are taken beside those the workflows ask for."""
        return Mappings(self.settings.dir / "mappings")

    def worker(self, crew: BotPool, *, after_item: Callable[[int], object] = int) -> Worker:
        """Return a worker of this process alone that acts through the bots of `crew`."""
        watch = Watch(self.clock, self.lease, kill_browser=crew.kill, queue=self.queue)
        return self.slot(crew, watch, report=Telling(after_item))

    def slot(self, crew: BotPool, watch: Watch, *, report: Report | None = None, stop: threading.Event | None = None,
             stopping: Callable[[], bool] | None = None) -> Worker:  # fmt: skip
        """Return the loop of a slot.

        `stop` ends it after the item in hand; when `stopping` says so, the item is given back at its next step.
        """
        stop = stop or threading.Event()
        crew.guard(watch.check)
        return Worker(
            queue=self.queue,
            executor=self.executor(crew, stopping=stopping or stop.is_set),
            workers=self.workers,
            watch=watch,
            waker=waker_of(self.database),
            clock=self.clock,
            leases=self.leases,
            lease=self.lease,
            settle=lambda claim: self._settle(crew, claim),
            idle=Prober(self.database, self.gates, crew, self.workflows).look,
            report=report or Telling(),
            stop=stop,
        )

    def _settle(self, crew: BotPool, claim: Claim) -> None:
        needed = self.turns.systems_of(claim.workflow)
        left = crew.leave_all_but(needed)
        if self.turns.seated_beside(needed) or left:
            self.queue.free_seats(claim.worker, keep=needed)

    def executor(self, crew: BotPool, *, stopping: Callable[[], bool] = bool) -> Executor:
        """Return what makes attempts through the bots of `crew`."""
        journals = Journals(self.database, self.record, self.pseudonyms, self.clock, self.leases, self.lease, stopping)
        job_of = lru_cache(maxsize=64)(self.views.job)
        permits = Permits(self.views, self.approvals, self.clock)
        made = lru_cache(maxsize=2)(partial(made_by_key, self.database))
        return Executor(self.workflows, journals, self.evidence, crew, job_of, SystemRandom().random, permits, made)

    @property
    def lease(self) -> timedelta:
        """How long a slot holds an item without a sign of life."""
        return timedelta(seconds=self.settings.lease_seconds)

    def nothing_waits(self) -> bool:
        """Whether no item of the workflows here runs, or waits for anything but what is paused or closed."""
        with self.database.reading() as connection:
            usable = self.turns.not_held_up(connection, self.workflows.names)
        closed = set(self.workflows.names) - set(usable)
        return self.views.open_items(usable) == 0 and self.views.running(closed) == 0

    def crew(self) -> Crew:
        """Return the bots of this process; nothing is started before one is used."""
        sign_ins = SignIns(
            secrets=self.secrets,
            digests=Digests(self.pseudonyms.key_for("sign-ins")),
            database=self.database,
            record=self.record,
            gates=self.gates,
            clock=self.clock,
            leases=self.leases,
            worker_id=self.me.id,
        )
        return Crew(self.systems, sign_ins, self.settings.browser)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def refuse_unplanned(workflow: Workflow[Any], submission: Submission) -> None:
    """Make sure that what needs approval is planned first.

    Raises:
        UsageError: It is to be done, and needs approval.
    """
    needs = workflow.options.approval
    number = sum(one.settled is None for one in submission.items)
    if needs is not None and not submission.dry_run and number > needs.above:
        more = f" for more than {needs.above:,} items" if needs.above else ""
        raise UsageError(
            f"{workflow.name} needs approval by a second person{more}, found {number:,} to do: make a plan with "
            "`rpa plan`, let it be approved, and apply it. Nothing was submitted"
        )


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job of a submission, and whether it was made by it."""

    job: Job
    is_new: bool
    left_behind: Sequence[LeftBehind] = ()
    """What the job can't put back that is to be put back."""
    earlier: Sequence[EarlierRow] = ()
    """What still needs somebody of rows that came back with another key."""


def open_desk(settings: Settings, clock: Clock | None = None, *, me: Identity | None = None) -> Desk:
    """Open an installation; folder, keys and tables are made when they are not there."""
    clock = clock or SystemClock()
    settings.dir.mkdir(parents=True, exist_ok=True)
    me = me or this_process()
    database = Database(settings.database, archives=archives_of(settings))
    migrate(database)
    leases = LeaseClock(database, clock)
    systems = Systems(settings.registered_systems())
    workflows = load_workflows(settings.workflows, systems)
    record = Record(Origin(socket.gethostname(), me.id, version("rpa"), account_name()), clock)
    pseudonyms = Pseudonyms.from_file(settings.dir / "keys" / "pseudonym-1", may_make=not has_items(database))
    gates = Gates(systems, record, clock)
    turns = Turns(clock, gates, lambda: workflows.systems)
    return Desk(
        settings=settings,
        clock=clock,
        me=me,
        database=database,
        record=record,
        pseudonyms=pseudonyms,
        queue=Queue(database, record, pseudonyms, clock, leases=leases, turns=turns),
        views=Views(database),
        lists=Lists(database),
        evidence=EvidenceStore(
            settings.dir / "evidence", database, record, clock=clock, keys=EvidenceKeys(settings.dir / "keys")
        ),
        leases=leases,
        systems=systems,
        gates=gates,
        turns=turns,
        workers=Workers(database, record, clock, leases),
        machines=Machines(database, record, leases.shared_now),
        cause_notes=CauseNotes(database, record, leases.shared_now),
        workflow_pauses=WorkflowPauses(database, record, leases.shared_now),
        workflows=workflows,
        sealing=Sealing(database, record, clock, keys=keys_of(settings), anchors=_anchors(settings, database)),
    )


def _anchors(settings: Settings, database: Database) -> Path:
    """Return the folder for copies of seals; our own is made before the first seal, one that was named must be there.

    Made later, it would hide that the copies are gone.
    """
    folder = anchors_of(settings)
    if settings.record.anchors is None and not folder.is_dir() and not has_seals(database):
        folder.mkdir()
    return folder
