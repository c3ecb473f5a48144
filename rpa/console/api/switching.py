"""What the digital team's programs stop and start again: workflows, machines and schedules."""

from rpa.console.api import switch_models
from rpa.console.api.call import Call
from rpa.exceptions import NotFoundError
from rpa.scheduler import Scheduler, make_scheduler
from rpa.schedules import Schedule

_NEXT = 5


def switch_workflow(call: Call) -> switch_models.Switched:
    """Pause a workflow, or let its rows be done again."""
    name, pauses = call.desk.workflows.get(call.request.path_params["workflow"]).name, call.desk.workflow_pauses
    change = pauses.begin if call.sent.way == "pause" else pauses.end
    change(name, by=call.person.actor, why=call.sent.why)
    return _switched(name, pauses.of(name))


def switch_machine(call: Call) -> switch_models.Switched:
    """Let the workers of a machine take no row, or take rows again."""
    host, machines, sent = _machine(call), call.desk.machines, call.sent
    if sent.way == "resume":
        machines.resume(host, by=call.person.actor, why=sent.why)
    else:
        machines.pause(host, by=call.person.actor, why=sent.why, at_once=sent.way == "at-once")
    return _switched(host, machines.pause_of(host))


def schedules(call: Call) -> switch_models.ScheduleList:
    """Return when workflows start by themselves."""
    scheduler = make_scheduler(call.desk)
    return switch_models.ScheduleList(schedules=[_schedule(call, scheduler, one) for one in scheduler.schedules])


def switch_schedule(call: Call) -> switch_models.ScheduleTold:
    """Let a schedule start nothing, or start again."""
    scheduler = make_scheduler(call.desk)
    one = scheduler.get(call.request.path_params["schedule"])
    change = scheduler.pause if call.sent.way == "pause" else scheduler.resume
    change(one.name, by=call.person.actor, why=call.sent.why)
    return _schedule(call, scheduler, one)


def _machine(call: Call) -> str:
    """Return the machine of the address: one where a worker runs, or that is paused."""
    name: str = call.request.path_params["machine"]
    if name not in {one.host for one in call.desk.workers.at_work()} | set(call.desk.machines.pauses()):
        raise NotFoundError(
            "no worker runs on such a machine, and it is not paused; `GET /workers` lists those there are"
        )
    return name


def _switched(name: str, pause: object | None) -> switch_models.Switched:
    return switch_models.Switched(name=name, paused=pause is not None, why=None if pause is None else str(pause))


def _schedule(call: Call, scheduler: Scheduler, one: Schedule) -> switch_models.ScheduleTold:
    times = [due.at for due in one.next_times(call.desk.leases.shared_now(), _NEXT) if due.fires]
    told = _switched(one.name, scheduler.pauses.of(one.name))
    return switch_models.ScheduleTold(**told.model_dump(), workflow=one.asked.workflow, next=times)
