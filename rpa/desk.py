"""One installation, opened from its settings: what every face of the library (commands, console, tests) works with."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from random import SystemRandom
from typing import Any

from rpa.audit import Pseudonyms, Record
from rpa.audit.record import Origin
from rpa.clock import Clock, SystemClock, local
from rpa.crew import Crew
from rpa.db import Database
from rpa.db.migrations import migrate
from rpa.definition import Workflow
from rpa.evidence import EvidenceStore
from rpa.executor import BotPool, Executor
from rpa.journal import Journals
from rpa.library import WorkflowLibrary, load_workflows
from rpa.models import Actor, Job, Submission
from rpa.planning import Request, name_files, plan_submission, read_tables
from rpa.queue import Queue
from rpa.resubmission import Resubmission, find_returned
from rpa.secrets import Secrets
from rpa.settings import Settings
from rpa.systems import Systems
from rpa.views import Views
from rpa.worker import Worker
from rpa.workers import Identity, Workers, this_process


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
    evidence: EvidenceStore
    workers: Workers
    workflows: WorkflowLibrary

    def submit(self, workflow_name: str, files: Sequence[str], *, by: Actor, params: Mapping[str, Any] | None = None,
               dry_run: bool = False, again: bool = False) -> "Submitted":  # fmt: skip
        """Read the files, plan the cases and store the job.

        A results workbook that comes back is read against the job it tells of: only what is marked in it runs.
        The same bytes with the same parameters are one job: the job they made is returned, unless `again`.

        Raises:
            UsageError: The files or parameters are not what the workflow takes; nothing was submitted.
        """
        workflow = self.workflows.get(workflow_name)
        request = Request(params or {}, by, local(self.clock.now()).date(), dry_run)
        submission, paths = self._read(workflow, files, request)
        before = None if again else self.views.same_input(workflow.name, submission.input_digest)
        if before is not None:
            return Submitted(before, is_new=False)
        contents = [(path.name, path.read_bytes()) for path in paths]
        for _, content in contents:
            self.evidence.store(content)  # kept before the job exists, so that no job is without what it was made of
        job_id = self.queue.submit(submission)
        for name, content in contents:
            self.evidence.keep(content, kind="input", name=name, job_id=job_id)
        return Submitted(self.views.job(job_id), is_new=True)

    def _read(self, workflow: Workflow[Any], files: Sequence[str], request: Request) -> tuple[Submission, list[Path]]:
        returned = find_returned(workflow, files, self.views)
        if returned is not None:
            resubmission = Resubmission(workflow, self.views, self.evidence)
            return resubmission.make(returned, request), [returned.path]
        named = name_files(workflow, files)
        return plan_submission(workflow, read_tables(workflow, named), request), list(named.values())

    def worker(self, crew: BotPool) -> Worker:
        """Return a worker of this process that acts through the bots of `crew`."""
        journals = Journals(self.database, self.record, self.pseudonyms, self.clock)
        job_of = lru_cache(maxsize=64)(self.views.job)
        executor = Executor(self.workflows, journals, self.evidence, crew, job_of, SystemRandom().random)
        lease = timedelta(seconds=self.settings.lease_seconds)
        return Worker(self.queue, executor, self.workers, self.views, self.clock, lease, crew.kill)

    def crew(self) -> Crew:
        """Return the bots of this process; nothing is started before one is used."""
        secrets = Secrets(self.settings.secrets_dir)
        return Crew(Systems(self.settings.registered_systems()), secrets, self.settings.browser)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job of a submission, and whether it was made by it."""

    job: Job
    is_new: bool


def open_desk(settings: Settings, clock: Clock | None = None) -> Desk:
    """Open an installation; folder, keys and tables are made when they are not there."""
    clock = clock or SystemClock()
    settings.dir.mkdir(parents=True, exist_ok=True)
    me = this_process()
    database = Database(settings.database)
    migrate(database)
    record = Record(Origin(socket.gethostname(), me.id, version("rpa")), clock)
    pseudonyms = Pseudonyms.from_file(settings.dir / "keys" / "pseudonym-1")
    return Desk(
        settings=settings,
        clock=clock,
        me=me,
        database=database,
        record=record,
        pseudonyms=pseudonyms,
        queue=Queue(database, record, pseudonyms, clock),
        views=Views(database),
        evidence=EvidenceStore(settings.dir / "evidence", database, record, clock=clock),
        workers=Workers(database, record, clock),
        workflows=load_workflows(settings.workflows),
    )
