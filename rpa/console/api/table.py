"""Every address of the API, what answers it, for which roles, and what it takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from rpa.console.api import (
    jobs,
    models,
    needing,
    operating,
    plans,
    record,
    record_models,
    switch_models,
    switching,
)
from rpa.console.api.call import Call
from rpa.console.navigation import APPROVERS, AUDITORS, OPERATORS, SENDERS
from rpa.db.console_tables import Role

BASE = "/api/v1"
Handler = Callable[[Call], BaseModel | Response]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that may stand in the address."""

    name: str
    said: str
    is_number: bool = False
    one_of: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that a program can ask for."""

    method: str
    path: str
    said: str
    handler: Handler
    roles: frozenset[Role]
    gives: type[BaseModel] | None = None
    """Nothing: it gives a file."""
    takes: type[BaseModel] | None = None
    asked: Sequence[Asked] = ()
    status: int = 200
    is_keyed: bool = False
    """Whether a key of the program's own choice can stand for a request."""

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return self.handler.__name__

    @property
    def is_noted(self) -> bool:
        """Whether the record says by which token it was asked: of each change, and where patients' data goes out."""
        return self.method != "GET" or self.gives is None


_PAGE = Asked("after", "Where the page begins, as `next` of the one before says.")
_BEFORE = Asked("before", "The page begins behind this number, as `next` of the one before says.", is_number=True)
_AFTER = Asked("after", "The page begins behind this number, as `next` of the one before says.", is_number=True)
_DECIDED = Asked("show", "Those that were decided about; those that wait if not given.", one_of=("decided",))
_SHOW = Asked("show", "Only this part of the rows.", one_of=("done", "needs-you", "waiting", "stopped", "not-used"))

ENDPOINTS: Sequence[Endpoint] = (
    Endpoint("GET", "/workflows", "List what the robot can do.", jobs.works, SENDERS, models.Works),
    Endpoint("POST", "/jobs", "Start a job. The same rows sent again are the same job.", jobs.start, SENDERS,
             models.Job, models.NewJob, status=201, is_keyed=True),
    Endpoint("GET", "/jobs", "List jobs, newest first.", jobs.listed, SENDERS, models.JobPage, asked=(_BEFORE,)),
    Endpoint("GET", "/jobs/{job}", "Show a job, and where its rows are.", jobs.one, SENDERS, models.JobInFull),
    Endpoint("GET", "/jobs/{job}/rows", "List the rows of a job, and what became of each.", jobs.rows, SENDERS,
             models.RowPage, asked=(_PAGE, _SHOW)),
    Endpoint("GET", "/jobs/{job}/results", "Fetch the results as a workbook. That is recorded.", jobs.results, SENDERS),
    Endpoint("POST", "/jobs/{job}/stop", "Start no other row of a job.", jobs.stop, SENDERS, models.Stopped),
    Endpoint("POST", "/jobs/{job}/retry", "Put the rows of a job that failed back in the queue.", needing.retry_job,
             SENDERS, models.Retried, models.RetryOfJob),
    Endpoint("GET", "/cases", "List the cases that wait for a person.", needing.cases, SENDERS, models.CasePage,
             asked=(_AFTER,)),
    Endpoint("POST", "/cases/{case}", "Decide what becomes of a case.", needing.decide, SENDERS, models.Decided,
             models.Decision),
    Endpoint("POST", "/jobs/{job}/apply", "Carry out an approved plan: its first items, or all, or the rest.",
             plans.apply, SENDERS, models.Job, models.Applying, status=201),
    Endpoint("POST", "/jobs/{job}/reverse", "Plan to put back what a job changed. Nothing is written.",
             plans.reverse, OPERATORS, models.Job, models.Reversing, status=201),
    Endpoint("GET", "/plans", "List the plans that wait for a decision, or those that were decided about.",
             plans.plans, APPROVERS, models.PlanPage, asked=(_BEFORE, _DECIDED)),
    Endpoint("GET", "/plans/{job}", "Show a plan, with the digest that a decision bears.", plans.plan, APPROVERS,
             models.PlanInFull),
    Endpoint("GET", "/plans/{job}/changes", "List what a plan would change. That is recorded.", plans.changes,
             APPROVERS, models.ChangePage, asked=(_AFTER,)),
    Endpoint("POST", "/plans/{job}/look", "Compare a plan with the system now. Nothing is written.", plans.look_again,
             APPROVERS, models.Job, status=201),
    Endpoint("POST", "/plans/{job}/approve", "Let a plan of somebody else be carried out.", plans.approve, APPROVERS,
             models.Decided, models.Approving),
    Endpoint("POST", "/plans/{job}/refuse", "Let a plan of somebody else never be carried out.", plans.refuse,
             APPROVERS, models.Decided, models.Refusing),
    Endpoint("GET", "/problems", "List what holds up rows, by cause.", operating.problems, OPERATORS, models.Causes),
    Endpoint("POST", "/problems/retry", "Put all rows of a cause back in the queue.", operating.retry, OPERATORS,
             models.Retried, models.RetryAll),
    Endpoint("POST", "/problems/note", "Say what is known of a cause, or clear it.", operating.note_cause, OPERATORS,
             models.Decided, switch_models.Noting),
    Endpoint("POST", "/workflows/{workflow}", "Pause a workflow, or let its rows be done again.",
             switching.switch_workflow, OPERATORS, switch_models.Switched, switch_models.Switch),
    Endpoint("GET", "/systems", "List the target systems.", operating.systems, OPERATORS, models.SystemList),
    Endpoint("POST", "/systems/{system}", "Pause a system, or put it back in use.", operating.switch, OPERATORS,
             models.SystemTold, switch_models.Switch),
    Endpoint("GET", "/workers", "List who works.", operating.workers, OPERATORS, models.WorkerList),
    Endpoint("POST", "/workers/{machine}", "Let the workers of a machine take no row, or take rows again.",
             switching.switch_machine, OPERATORS, switch_models.Switched, switch_models.MachineSwitch),
    Endpoint("GET", "/schedules", "List when workflows start by themselves.", switching.schedules, OPERATORS,
             switch_models.ScheduleList),
    Endpoint("POST", "/schedules/{schedule}", "Let a schedule start nothing, or start again.",
             switching.switch_schedule, OPERATORS, switch_models.ScheduleTold, switch_models.Switch),
    Endpoint("POST", "/record/search", "Find entries of the record, newest first. That is recorded.",
             record.search_record, AUDITORS, record_models.FoundPage, record_models.RecordSought),
    Endpoint("GET", "/record/checks", "List the last checks of the whole record.", record.checks, AUDITORS,
             record_models.RecordChecks),
    Endpoint("GET", "/record/{job}", "Show what the record says of a job. That is recorded.", record.entries, AUDITORS,
             record_models.RecordPage, asked=(_BEFORE,)),
)  # fmt: skip
NUMBERS: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": (1 << 62) - 1}
"""What stands in a path, unless it is a name."""
NAMES = frozenset({"system", "workflow", "machine", "schedule"})
