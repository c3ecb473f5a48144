"""What the digital team's programs look after: problems, systems, workers."""

from rpa.cause_notes import CauseNote
from rpa.console.api import models
from rpa.console.api.call import Call
from rpa.exceptions import NotFoundError
from rpa.gates import SystemState
from rpa.lists import Cause, CauseLine
from rpa.putting_back import put_back
from rpa.states import Failure


def problems(call: Call) -> models.Causes:
    """Return what holds up rows."""
    known = call.desk.cause_notes.all()
    return models.Causes(problems=[_told(call, one, known.get(one.cause)) for one in call.desk.lists.causes()])


def retry(call: Call) -> models.Retried:
    """Put all rows of a cause back in the queue."""
    sent: models.RetryAll = call.sent
    cause = Cause(sent.workflow, Failure(sent.failure), sent.code)
    done = put_back(call.desk.lists, call.desk.queue, cause, by=call.person.actor, why=sent.why,
                    also_doubtful=sent.also_doubtful)  # fmt: skip
    return models.Retried(done=done.done, refused=list(done.refused))


def note_cause(call: Call) -> models.Decided:
    """Say what is known of a cause, or clear what was noted."""
    sent, notes, by = call.sent, call.desk.cause_notes, call.person.actor
    cause = Cause(sent.workflow, Failure(sent.failure), sent.code)
    if not sent.note:
        return models.Decided(changed=notes.clear(cause, by=by))
    if all(one.cause != cause for one in call.desk.lists.causes(failures=[cause.failure], workflow=cause.workflow)):
        raise NotFoundError("no row waits because of this cause; `GET /problems` lists those there are")
    notes.note(cause, sent.note, link=sent.link, by=by)
    return models.Decided(changed=True)


def systems(call: Call) -> models.SystemList:
    """Return how the systems stand."""
    with call.desk.database.reading() as connection:
        return models.SystemList(systems=[_system(one) for one in call.desk.gates.states(connection)])


def switch(call: Call) -> models.SystemTold:
    """Pause a system, or put it back in use."""
    name, sent, desk = call.request.path_params["system"], call.sent, call.desk
    with desk.database.transaction() as connection:
        if sent.way == "pause":
            desk.gates.pause(connection, name, by=call.person.actor, why=sent.why)
        else:
            desk.gates.resume(connection, name, by=call.person.actor, why=sent.why)
            desk.database.notify(connection)
    return next(one for one in systems(call).systems if one.name == name)


def workers(call: Call) -> models.WorkerList:
    """Return who works."""
    found = call.desk.workers.at_work()
    return models.WorkerList(workers=[models.Worker.model_validate(one) for one in found])


def _told(call: Call, one: CauseLine, known: CauseNote | None) -> models.Cause:
    _, said = call.desk.workflows.words_for(one.cause.workflow, one.cause.code)
    return models.Cause(workflow=one.cause.workflow, failure=one.cause.failure, code=one.cause.code, items=one.items,
                        jobs=one.jobs, first_at=one.first_at, last_at=one.last_at, what_happened=said.what_happened,
                        how_to_fix=said.how_to_fix,
                        known=known and models.Known.model_validate(known))  # fmt: skip


def _system(one: SystemState) -> models.SystemTold:
    return models.SystemTold(name=one.name, open=one.why_not is None, why=one.why_not, faults=one.faults,
                             sessions=len(one.seats), max_sessions=one.max_sessions)  # fmt: skip
